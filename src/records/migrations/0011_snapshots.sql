-- Snapshots: what a run read, pinned. `content` is canonical JSON and `digest` is of it. Rows are added and never change.
CREATE TABLE snapshots (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    org        TEXT NOT NULL REFERENCES orgs (id),
    repository TEXT NOT NULL REFERENCES repositories (id),
    name       TEXT,
    tag        TEXT,
    source_run TEXT,
    reason     TEXT,
    commit_id  TEXT NOT NULL,
    digest     TEXT NOT NULL,
    content    TEXT NOT NULL,
    scope      TEXT,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (repository, name),
    CHECK ((name IS NULL) = (tag IS NULL))
) STRICT;
CREATE UNIQUE INDEX snapshots_of_run ON snapshots (repository, source_run, digest) WHERE source_run IS NOT NULL;
CREATE INDEX snapshots_by_org ON snapshots (org, seq);
CREATE INDEX snapshots_by_tag ON snapshots (tag) WHERE tag IS NOT NULL;

-- The files that a snapshot selected something of: where a search for what a change reached begins.
CREATE TABLE snapshot_paths (
    repository TEXT NOT NULL REFERENCES repositories (id),
    path       TEXT NOT NULL,
    snapshot   INTEGER NOT NULL REFERENCES snapshots (seq),
    PRIMARY KEY (repository, path, snapshot)
) STRICT, WITHOUT ROWID;

-- What somebody found wrong with a snapshot. It says nothing about the content, which stays what it was.
CREATE TABLE snapshot_marks (
    snapshot  INTEGER PRIMARY KEY REFERENCES snapshots (seq),
    reason    TEXT NOT NULL,
    marked_by TEXT NOT NULL,
    marked_at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER snapshots_never_change BEFORE UPDATE ON snapshots
BEGIN SELECT RAISE(ABORT, 'a snapshot never changes'); END;
CREATE TRIGGER snapshots_never_go BEFORE DELETE ON snapshots
BEGIN SELECT RAISE(ABORT, 'a snapshot is never removed'); END;
CREATE TRIGGER snapshot_paths_never_change BEFORE UPDATE ON snapshot_paths
BEGIN SELECT RAISE(ABORT, 'a snapshot never changes'); END;
CREATE TRIGGER snapshot_paths_never_go BEFORE DELETE ON snapshot_paths
BEGIN SELECT RAISE(ABORT, 'a snapshot is never removed'); END;
CREATE TRIGGER snapshot_marks_never_change BEFORE UPDATE ON snapshot_marks
BEGIN SELECT RAISE(ABORT, 'a mark never changes'); END;
CREATE TRIGGER snapshot_marks_never_go BEFORE DELETE ON snapshot_marks
BEGIN SELECT RAISE(ABORT, 'a mark is never removed'); END;
