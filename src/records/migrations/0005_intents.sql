-- What is about to happen to a git reference, written before it happens.
CREATE TABLE intents (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    kind       TEXT NOT NULL,
    repository TEXT NOT NULL REFERENCES repositories (id),
    update_id  TEXT REFERENCES updates (id),
    ref_name   TEXT NOT NULL,
    expected   TEXT,
    new_commit TEXT NOT NULL,
    tree       TEXT NOT NULL,
    actor      TEXT NOT NULL,
    detail     TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    outcome    TEXT CHECK (outcome IN ('done', 'abandoned')),
    closed_at  INTEGER,
    CHECK ((outcome IS NULL) = (closed_at IS NULL))
) STRICT;
CREATE INDEX intents_open ON intents (seq) WHERE outcome IS NULL;
