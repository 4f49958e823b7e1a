-- The public keys that an org signs with, or has signed with.
CREATE TABLE signers (
    org        TEXT NOT NULL REFERENCES orgs (id),
    public_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    retired_at INTEGER,
    PRIMARY KEY (org, public_key)
) STRICT;
