BEGIN;

-- Which aggregator a connection goes through, NULL: a test bank. `held` is what that one wants kept of the connection and
-- which accounts were offered; sealed.
ALTER TABLE institutions ADD COLUMN aggregator TEXT;
ALTER TABLE institutions ADD COLUMN held BLOB;

PRAGMA user_version = 8;
COMMIT;
