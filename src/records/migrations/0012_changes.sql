-- What changed, in order, for whoever watches. Triggers write it in the transaction of the change itself, so that no
-- change is forgotten. A row is open until that transaction ends: whatever happens to a thing in one transaction is told
-- once. Whoever adds a table to be watched adds triggers that insert into `told`.
CREATE TABLE changes (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    org        TEXT NOT NULL,
    resource   TEXT NOT NULL,
    name       TEXT NOT NULL,
    repository TEXT,
    kind       TEXT NOT NULL CHECK (kind IN ('ADDED', 'MODIFIED', 'DELETED')),
    was        TEXT,
    noticed_at INTEGER,
    open       INTEGER NOT NULL DEFAULT 1 CHECK (open IN (0, 1))
) STRICT;
CREATE INDEX changes_by_org ON changes (org, seq);
CREATE UNIQUE INDEX changes_open ON changes (org, resource, name) WHERE open = 1;
CREATE INDEX changes_unnoticed ON changes (seq) WHERE noticed_at IS NULL;

-- Up to where the changes of an org are gone.
CREATE TABLE change_horizons (
    org TEXT PRIMARY KEY,
    seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- `was` is the phase of the thing before the transaction.
CREATE VIEW told AS SELECT org, resource, name, repository, kind, was FROM changes;
CREATE TRIGGER told_once INSTEAD OF INSERT ON told
BEGIN
    UPDATE changes SET kind = 'DELETED'
        WHERE open = 1 AND org = NEW.org AND resource = NEW.resource AND name = NEW.name AND NEW.kind = 'DELETED';
    INSERT INTO changes (org, resource, name, repository, kind, was)
        SELECT NEW.org, NEW.resource, NEW.name, NEW.repository, NEW.kind, NEW.was
        WHERE NOT EXISTS (SELECT 1 FROM changes
            WHERE open = 1 AND org = NEW.org AND resource = NEW.resource AND name = NEW.name);
END;

CREATE TRIGGER update_added AFTER INSERT ON updates
BEGIN
    INSERT INTO told SELECT NEW.org, 'agentmemoryupdates', NEW.id, r.name, 'ADDED', NULL
        FROM repositories r WHERE r.id = NEW.repository;
END;
CREATE TRIGGER update_modified AFTER UPDATE ON updates
BEGIN
    INSERT INTO told SELECT NEW.org, 'agentmemoryupdates', NEW.id, r.name, 'MODIFIED', OLD.phase
        FROM repositories r WHERE r.id = NEW.repository;
END;
CREATE TRIGGER update_discussed AFTER INSERT ON comments
BEGIN
    INSERT INTO told SELECT u.org, 'agentmemoryupdates', u.id, r.name, 'MODIFIED', u.phase
        FROM updates u JOIN repositories r ON r.id = u.repository WHERE u.id = NEW.update_id;
END;
CREATE TRIGGER update_continued AFTER INSERT ON timeline
BEGIN
    INSERT INTO told SELECT u.org, 'agentmemoryupdates', u.id, r.name, 'MODIFIED', u.phase
        FROM updates u JOIN repositories r ON r.id = u.repository WHERE u.id = NEW.update_id;
END;

-- A repository is there once it is active.
CREATE TRIGGER repository_added AFTER INSERT ON repositories WHEN NEW.status = 'active'
BEGIN
    INSERT INTO told VALUES (NEW.org, 'agentmemoryrepositories', NEW.name, NEW.name, 'ADDED', NULL);
END;
CREATE TRIGGER repository_modified AFTER UPDATE ON repositories WHEN NEW.status = 'active'
BEGIN
    INSERT INTO told VALUES (NEW.org, 'agentmemoryrepositories', NEW.name, NEW.name,
        CASE OLD.status WHEN 'active' THEN 'MODIFIED' ELSE 'ADDED' END, NULL);
END;
CREATE TRIGGER repository_deleted AFTER DELETE ON repositories WHEN OLD.status = 'active'
BEGIN
    INSERT INTO told VALUES (OLD.org, 'agentmemoryrepositories', OLD.name, OLD.name, 'DELETED', NULL);
END;
CREATE TRIGGER repository_landed AFTER INSERT ON landings
BEGIN
    INSERT INTO told SELECT r.org, 'agentmemoryrepositories', r.name, r.name, 'MODIFIED', NULL
        FROM repositories r WHERE r.id = NEW.repository AND r.status = 'active';
END;

CREATE TRIGGER snapshot_added AFTER INSERT ON snapshots
BEGIN
    INSERT INTO told SELECT NEW.org, 'agentmemorysnapshots', NEW.id, r.name, 'ADDED', NULL
        FROM repositories r WHERE r.id = NEW.repository;
END;
CREATE TRIGGER snapshot_marked AFTER INSERT ON snapshot_marks
BEGIN
    INSERT INTO told SELECT s.org, 'agentmemorysnapshots', s.id, r.name, 'MODIFIED', 'Ready'
        FROM snapshots s JOIN repositories r ON r.id = s.repository WHERE s.seq = NEW.snapshot;
END;

-- Nobody watches tokens: this ends the streams of one that is taken back.
CREATE TRIGGER token_revoked AFTER UPDATE OF revoked_at ON tokens
    WHEN OLD.revoked_at IS NULL AND NEW.revoked_at IS NOT NULL
BEGIN
    INSERT INTO told VALUES (NEW.org, 'tokens', NEW.id, NULL, 'DELETED', NULL);
END;
