-- The audit chain of each org. `entry` is canonical JSON that holds the digest of the entry before; the other
-- columns are computed from it, so that a filter cannot be made to disagree with what is digested.
CREATE TABLE audit (
    org        TEXT NOT NULL REFERENCES orgs (id),
    sequence   INTEGER NOT NULL,
    entry      TEXT NOT NULL,
    digest     TEXT NOT NULL,
    event      TEXT GENERATED ALWAYS AS (json_extract(entry, '$.event')) VIRTUAL,
    actor      TEXT GENERATED ALWAYS AS (json_extract(entry, '$.actor')) VIRTUAL,
    decision   TEXT GENERATED ALWAYS AS (json_extract(entry, '$.decision')) VIRTUAL,
    repository TEXT GENERATED ALWAYS AS (json_extract(entry, '$.repository')) VIRTUAL,
    PRIMARY KEY (org, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_by_event ON audit (org, event, sequence);

-- The newest entry of each org: what shows that entries were cut off the end.
CREATE TABLE audit_heads (
    org      TEXT PRIMARY KEY REFERENCES orgs (id),
    sequence INTEGER NOT NULL,
    digest   TEXT NOT NULL
) STRICT;

CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'an audit entry never changes'); END;
CREATE TRIGGER audit_never_goes BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'an audit entry is never removed'); END;
