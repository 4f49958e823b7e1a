-- Memory repositories. The id is opaque and names the directory on disk; the name never does.
CREATE TABLE repositories (
    id         TEXT PRIMARY KEY,
    org        TEXT NOT NULL REFERENCES orgs (id),
    name       TEXT NOT NULL,
    policy     TEXT NOT NULL,
    adopted    INTEGER NOT NULL CHECK (adopted IN (0, 1)),
    status     TEXT NOT NULL CHECK (status IN ('creating', 'active')),
    created_at INTEGER NOT NULL,
    UNIQUE (org, name)
) STRICT;
