BEGIN;

-- `due_at`, in milliseconds since 1970: when the server goes on with a sync by itself. `ends_at`, in seconds: when the
-- bank's permission ends. `turn` is raised whenever `held` is written: whoever takes a sync over has seen the last of it.
-- `apart`: it shows something old, and its bank can be connected as if it were not there.
ALTER TABLE institutions ADD COLUMN due_at INTEGER;
ALTER TABLE institutions ADD COLUMN ends_at INTEGER;
ALTER TABLE institutions ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
ALTER TABLE institutions ADD COLUMN apart INTEGER NOT NULL DEFAULT 0;
UPDATE institutions SET apart = 1 WHERE id LIKE 'reconnect-question-%';
UPDATE institutions SET due_at = unixepoch() * 1000 WHERE sync_status = 'retry';

CREATE INDEX institutions_by_due ON institutions (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX institutions_by_end ON institutions (ends_at) WHERE ends_at IS NOT NULL;

-- What is to be ended on the other side as well. The row is made with the removal itself, whoever removes.
CREATE TABLE forgotten (
    id TEXT PRIMARY KEY,
    aggregator TEXT NOT NULL,
    held BLOB NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TRIGGER institutions_are_forgotten AFTER DELETE ON institutions
WHEN old.held IS NOT NULL AND old.aggregator IS NOT NULL AND old.aggregator <> 'sandbox'
BEGIN
    INSERT OR REPLACE INTO forgotten (id, aggregator, held) VALUES (old.id, old.aggregator, old.held);
END;

-- Users who are at a bank's own page by way of an aggregator. `attempt_sha256` is of what comes back with them,
-- `code_sha256` of the code that the widget gets for it. `asked` is what the login was begun with, `answer` what the user
-- has brought back; both sealed.
CREATE TABLE attempts (
    attempt_sha256 TEXT PRIMARY KEY,
    code_sha256 TEXT NOT NULL UNIQUE,
    ends_at INTEGER NOT NULL,
    client TEXT NOT NULL,
    user TEXT NOT NULL,
    user_sealed BLOB,
    scope TEXT,
    aggregator TEXT NOT NULL,
    asked BLOB NOT NULL,
    answer_sha256 TEXT,
    answer BLOB,
    used_by TEXT
) WITHOUT ROWID;

CREATE INDEX attempts_by_end ON attempts (ends_at);
CREATE INDEX attempts_by_user ON attempts (client, user);

PRAGMA user_version = 10;
COMMIT;
