-- The branch of an update, where it is not the usual one; and who has to look at it: what the policy says, always a
-- reviewer, or always a maintainer.
ALTER TABLE updates ADD COLUMN branch TEXT;
ALTER TABLE updates ADD COLUMN review TEXT NOT NULL DEFAULT 'policy' CHECK (review IN ('policy', 'reviewer', 'maintainer'));

-- Imports of run memory. `phase` is where the import's own work stands; what follows a proposal is told by its update
-- alone (see `import_phases`), so that nothing is written twice. Rows hold digests and counts, and no content.
CREATE TABLE imports (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL UNIQUE,
    org           TEXT NOT NULL REFERENCES orgs (id),
    repository    TEXT NOT NULL REFERENCES repositories (id),
    proposer      TEXT NOT NULL,
    run           TEXT NOT NULL,
    source_digest TEXT NOT NULL,
    tier          TEXT NOT NULL,
    target        TEXT NOT NULL,
    request       TEXT NOT NULL,
    phase         TEXT NOT NULL,
    failed        TEXT,
    story         TEXT,
    redaction     TEXT,
    summary       TEXT NOT NULL DEFAULT '{}',
    files         TEXT NOT NULL DEFAULT '[]',
    updates_made  INTEGER NOT NULL DEFAULT 0,
    update_id     TEXT REFERENCES updates (id),
    merged_commit TEXT,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX imports_identity ON imports (org, repository, run, source_digest, tier, target);
CREATE INDEX imports_by_org ON imports (org, seq);
CREATE INDEX imports_by_update ON imports (update_id) WHERE update_id IS NOT NULL;

-- The objects of the artifact store that an import refers to. What is past its time, and what no row refers to, may go.
CREATE TABLE import_objects (
    import     TEXT NOT NULL REFERENCES imports (id),
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL,
    org        TEXT NOT NULL,
    digest     TEXT NOT NULL,
    size       INTEGER NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (import, kind, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX import_objects_by_digest ON import_objects (org, digest);

-- The folders that an operator lets an org import runs from.
CREATE TABLE import_roots (
    org        TEXT NOT NULL REFERENCES orgs (id),
    path       TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (org, path)
) STRICT, WITHOUT ROWID;

-- Imports with the phase that they are shown in.
CREATE VIEW import_phases AS SELECT i.*, CASE
        WHEN i.phase <> 'AwaitingReview' OR u.id IS NULL THEN i.phase
        WHEN u.phase = 'Invalid' THEN 'Failed'
        WHEN u.phase IN ('Validating', 'Merged', 'Rejected') THEN u.phase
        WHEN u.phase = 'Superseded' THEN 'Rejected'
        ELSE 'AwaitingReview'
    END AS shown
    FROM imports i LEFT JOIN updates u ON u.id = i.update_id;

CREATE TRIGGER import_added AFTER INSERT ON imports
BEGIN
    INSERT INTO told SELECT NEW.org, 'agentrunmemoryimports', NEW.id, r.name, 'ADDED', NULL
        FROM repositories r WHERE r.id = NEW.repository;
END;
CREATE TRIGGER import_modified BEFORE UPDATE ON imports
BEGIN
    INSERT INTO told SELECT OLD.org, 'agentrunmemoryimports', OLD.id, r.name, 'MODIFIED', p.shown
        FROM import_phases p JOIN repositories r ON r.id = OLD.repository WHERE p.seq = OLD.seq;
END;
CREATE TRIGGER import_reviewed BEFORE UPDATE OF phase, merge_commit, revision ON updates
BEGIN
    INSERT INTO told SELECT p.org, 'agentrunmemoryimports', p.id, r.name, 'MODIFIED', p.shown
        FROM import_phases p JOIN repositories r ON r.id = p.repository WHERE p.update_id = OLD.id;
END;
