-- The first answer to each idempotency key. No status: the request is still being worked on by `owner`.
CREATE TABLE idempotency (
    org            TEXT NOT NULL REFERENCES orgs (id),
    principal      TEXT NOT NULL,
    route          TEXT NOT NULL,
    key            TEXT NOT NULL,
    request_digest TEXT NOT NULL,
    owner          TEXT NOT NULL,
    status         INTEGER,
    body           BLOB,
    created_at     INTEGER NOT NULL,
    PRIMARY KEY (org, principal, route, key),
    CHECK ((status IS NULL) = (body IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (created_at);
