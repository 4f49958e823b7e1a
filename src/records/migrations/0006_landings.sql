-- When each commit became part of the approved line. Rows are added and never touched again.
CREATE TABLE landings (
    seq            INTEGER PRIMARY KEY AUTOINCREMENT,
    repository     TEXT NOT NULL REFERENCES repositories (id),
    commit_id      TEXT NOT NULL,
    landed_at      INTEGER NOT NULL,
    kind           TEXT NOT NULL,
    actor          TEXT NOT NULL,
    update_id      TEXT REFERENCES updates (id),
    correlation_id TEXT NOT NULL,
    UNIQUE (repository, commit_id)
) STRICT;
CREATE INDEX landings_in_order ON landings (repository, seq);
CREATE INDEX landings_by_time ON landings (repository, landed_at, seq);

CREATE TRIGGER landings_never_change BEFORE UPDATE ON landings
BEGIN SELECT RAISE(ABORT, 'a landing never changes'); END;
CREATE TRIGGER landings_never_go BEFORE DELETE ON landings
BEGIN SELECT RAISE(ABORT, 'a landing is never removed'); END;
