BEGIN;

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- `place` orders the list while nothing is searched for; popular banks have one.
CREATE TABLE providers (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    length INTEGER NOT NULL,
    country TEXT,
    provider_group TEXT,
    place INTEGER
);
CREATE INDEX providers_in_order ON providers (place IS NULL, place, folded, id);

-- The tokenizer only divides at spaces and lowers nothing: the words are folded before.
CREATE VIRTUAL TABLE provider_words USING fts5 (words, content = '', prefix = '1 2 3', tokenize = 'ascii');

CREATE TABLE tokens (
    token_sha256 TEXT PRIMARY KEY,
    client TEXT NOT NULL,
    user TEXT NOT NULL,
    options TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX tokens_by_end ON tokens (expires_at);

-- `document` is the institution as the contract shows it.
CREATE TABLE institutions (
    id TEXT PRIMARY KEY,
    client TEXT NOT NULL,
    user TEXT NOT NULL,
    version INTEGER NOT NULL,
    sync_status TEXT NOT NULL,
    document TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX institutions_running ON institutions (client, user) WHERE sync_status = 'syncing';

PRAGMA user_version = 1;
COMMIT;
