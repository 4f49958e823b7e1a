-- What a request with a key brought about, written in the transaction that does it: a retry after a crash finds it.
ALTER TABLE idempotency ADD COLUMN effect TEXT;
