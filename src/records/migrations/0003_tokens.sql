-- Access tokens. The secret itself is nowhere: `secret_digest` is of 256 random bits.
CREATE TABLE tokens (
    id            TEXT PRIMARY KEY,
    org           TEXT NOT NULL REFERENCES orgs (id),
    name          TEXT NOT NULL,
    principal     TEXT NOT NULL,
    role          TEXT NOT NULL,
    scope         TEXT,
    secret_digest TEXT NOT NULL,
    created_by    TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER,
    revoked_at    INTEGER,
    last_used_at  INTEGER
) STRICT;
CREATE INDEX tokens_by_org ON tokens (org, id);
