-- Organizations. `folded` is what two names that people would mix up have in common.
CREATE TABLE orgs (
    id         TEXT PRIMARY KEY,
    folded     TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
) STRICT;
