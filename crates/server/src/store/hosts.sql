BEGIN;

-- `session` names a session and says nothing of its token; `notes` is what the client's server wants to hear again and the
-- widget need not know. `by_page` is a token that an address has made, and not the client's server.
-- `used_for` is the connection that stood and is gone, of a session that may have only one.
ALTER TABLE tokens ADD COLUMN session TEXT NOT NULL DEFAULT '';
ALTER TABLE tokens ADD COLUMN notes TEXT;
ALTER TABLE tokens ADD COLUMN by_page INTEGER NOT NULL DEFAULT 0;
ALTER TABLE tokens ADD COLUMN used_for TEXT;
UPDATE tokens SET session = lower(hex(randomblob(16)));
CREATE INDEX tokens_by_session ON tokens (session);
CREATE INDEX tokens_by_page ON tokens (client, expires_at) WHERE by_page;

-- `login_tried` is the id of the login that the last sync began with, `login_id` that of the last one that the bank has let in.
-- `options` is what the host has asked of the backend. `only_in` is the session that may have no second connection.
ALTER TABLE institutions ADD COLUMN login_tried TEXT;
ALTER TABLE institutions ADD COLUMN login_id TEXT;
ALTER TABLE institutions ADD COLUMN options TEXT;
ALTER TABLE institutions ADD COLUMN only_in TEXT;
CREATE INDEX institutions_by_login ON institutions (client, login_id) WHERE login_id IS NOT NULL;
CREATE UNIQUE INDEX institutions_only ON institutions (only_in);
-- Whoever removes it.
CREATE TRIGGER institutions_used AFTER DELETE ON institutions
WHEN OLD.only_in IS NOT NULL
    AND (OLD.sync_status = 'ok' OR OLD.document ->> '$.accounts' IS NOT NULL OR OLD.document ->> '$.authorized' IS NOT NULL)
BEGIN
    UPDATE tokens SET used_for = OLD.id WHERE session = OLD.only_in;
END;

-- What a host's server exchanges for a connection, once. A session has a few for each connection: the newest.
CREATE TABLE exchange_codes (
    number INTEGER PRIMARY KEY,
    institution TEXT NOT NULL,
    session TEXT NOT NULL,
    code_sha256 TEXT NOT NULL UNIQUE,
    client TEXT NOT NULL,
    user TEXT NOT NULL,
    notes TEXT,
    ends_at INTEGER NOT NULL
);
CREATE INDEX exchange_codes_by_session ON exchange_codes (institution, session, number);
CREATE INDEX exchange_codes_by_end ON exchange_codes (ends_at);

-- Tokens that open a page once. `options` is null where the page's address says them. `reload_sha256` is the cookie of the
-- browser that has opened it, and null as long as nobody has.
CREATE TABLE entries (
    number INTEGER PRIMARY KEY,
    token_sha256 TEXT NOT NULL UNIQUE,
    client TEXT NOT NULL,
    user TEXT NOT NULL,
    options TEXT,
    ends_at INTEGER NOT NULL,
    reload_sha256 TEXT
);
CREATE INDEX entries_by_reload ON entries (reload_sha256);
CREATE INDEX entries_by_end ON entries (ends_at);
CREATE INDEX entries_by_owner ON entries (client, user, number);

PRAGMA user_version = 5;
COMMIT;
