BEGIN;

-- What a client has named a connection with before it was made; see `Idempotency-Key`.
ALTER TABLE institutions ADD COLUMN idempotency_key TEXT;
-- Connections without a key are all different here. It also finds the connections of one owner.
CREATE UNIQUE INDEX institutions_by_key ON institutions (client, user, idempotency_key);

PRAGMA user_version = 3;
COMMIT;
