-- `user_hash` is what `user` was: another database takes that word for its own. `node` is who follows a sync. The catalogue
-- is searched in memory: the database keeps its rows alone, `entry` as JSON.
BEGIN IMMEDIATE;

ALTER TABLE tokens RENAME COLUMN user TO user_hash;
ALTER TABLE institutions RENAME COLUMN user TO user_hash;
ALTER TABLE exchange_codes RENAME COLUMN user TO user_hash;
ALTER TABLE entries RENAME COLUMN user TO user_hash;
ALTER TABLE oauth_logins RENAME COLUMN user TO user_hash;
ALTER TABLE attempts RENAME COLUMN user TO user_hash;

-- Servers that work with the database, each as long as it says so: `seen_at`, in milliseconds since 1970.
CREATE TABLE nodes (
    id TEXT PRIMARY KEY,
    seen_at INTEGER NOT NULL
) WITHOUT ROWID;
ALTER TABLE institutions ADD COLUMN node TEXT;
CREATE INDEX institutions_syncing ON institutions (due_at) WHERE sync_status = 'syncing';

-- As PostgreSQL says it.
DROP INDEX institutions_by_key;
CREATE UNIQUE INDEX institutions_by_key ON institutions (client, user_hash, coalesce(scope, ''), idempotency_key);

DROP TABLE provider_words;
DROP TABLE logos;
DROP TABLE providers;
CREATE TABLE providers (
    number INTEGER PRIMARY KEY,
    entry TEXT NOT NULL
);
DELETE FROM meta WHERE key = 'catalogue';

PRAGMA user_version = 12;
COMMIT;
