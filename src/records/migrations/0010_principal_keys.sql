-- The public SSH keys that principals registered: they sign approvals and pushes. A key is of one principal for ever.
CREATE TABLE principal_keys (
    org           TEXT NOT NULL REFERENCES orgs (id),
    fingerprint   TEXT NOT NULL,
    principal     TEXT NOT NULL,
    public_key    TEXT NOT NULL,
    registered_by TEXT NOT NULL,
    created_at    INTEGER NOT NULL,
    retired_at    INTEGER,
    PRIMARY KEY (org, fingerprint)
) STRICT;
CREATE INDEX principal_keys_by_principal ON principal_keys (org, principal, created_at);
