-- Memory updates, their revisions, and what people said about them.
CREATE TABLE updates (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT NOT NULL UNIQUE,
    org          TEXT NOT NULL REFERENCES orgs (id),
    repository   TEXT NOT NULL REFERENCES repositories (id),
    proposer     TEXT NOT NULL,
    title        TEXT NOT NULL,
    reason       TEXT NOT NULL,
    source_run   TEXT,
    artifact     TEXT,
    phase        TEXT NOT NULL,
    revision     INTEGER NOT NULL CHECK (revision >= 1),
    version      INTEGER NOT NULL CHECK (version >= 1),
    conflicts    TEXT,
    merge_commit TEXT,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    CHECK ((phase = 'Merged') = (merge_commit IS NOT NULL))
) STRICT;
CREATE INDEX updates_by_repository ON updates (org, repository, seq);

CREATE TABLE revisions (
    update_id         TEXT NOT NULL REFERENCES updates (id),
    number            INTEGER NOT NULL,
    proposer          TEXT NOT NULL,
    base_commit       TEXT NOT NULL,
    head_commit       TEXT NOT NULL,
    diff_digest       TEXT NOT NULL,
    validation_digest TEXT,
    validated_on      TEXT,
    changes           TEXT NOT NULL,
    findings          TEXT NOT NULL,
    risk_notes        TEXT NOT NULL,
    redaction         TEXT NOT NULL,
    created_at        INTEGER NOT NULL,
    PRIMARY KEY (update_id, number)
) STRICT, WITHOUT ROWID;

-- The paths of the present revision of each update.
CREATE TABLE update_paths (
    update_id TEXT NOT NULL REFERENCES updates (id),
    path      TEXT NOT NULL,
    PRIMARY KEY (update_id, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE decisions (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    update_id    TEXT NOT NULL,
    revision     INTEGER NOT NULL,
    diff_digest  TEXT NOT NULL,
    principal    TEXT NOT NULL COLLATE NOCASE,
    verdict      TEXT NOT NULL,
    comment      TEXT,
    signature    TEXT,
    at           INTEGER NOT NULL,
    dismissed_at INTEGER,
    FOREIGN KEY (update_id, revision) REFERENCES revisions (update_id, number)
) STRICT;
CREATE UNIQUE INDEX decisions_standing ON decisions (update_id, principal) WHERE dismissed_at IS NULL;
CREATE INDEX decisions_by_update ON decisions (update_id, seq);

CREATE TABLE comments (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    update_id TEXT NOT NULL REFERENCES updates (id),
    revision  INTEGER NOT NULL,
    principal TEXT NOT NULL,
    path      TEXT,
    line      INTEGER,
    body      TEXT NOT NULL,
    at        INTEGER NOT NULL
) STRICT;
CREATE INDEX comments_by_update ON comments (update_id, seq);

CREATE TABLE timeline (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    update_id TEXT NOT NULL REFERENCES updates (id),
    actor     TEXT NOT NULL,
    kind      TEXT NOT NULL,
    detail    TEXT NOT NULL,
    at        INTEGER NOT NULL
) STRICT;
CREATE INDEX timeline_by_update ON timeline (update_id, seq);
