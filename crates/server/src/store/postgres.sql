-- Version 12 for PostgreSQL: what the steps before have made of SQLite's tables. A step that was released is never changed
-- again. Columns are explained where they came from.
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE nodes (
    id TEXT PRIMARY KEY,
    seen_at BIGINT NOT NULL
);

CREATE TABLE providers (
    number BIGINT PRIMARY KEY,
    entry TEXT NOT NULL
);

CREATE TABLE tokens (
    token_sha256 TEXT PRIMARY KEY,
    client TEXT NOT NULL,
    user_hash TEXT NOT NULL,
    user_sealed BYTEA,
    options BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    session TEXT NOT NULL DEFAULT '',
    notes BYTEA,
    by_page BOOLEAN NOT NULL DEFAULT FALSE,
    used_for TEXT,
    scope TEXT
);
CREATE INDEX tokens_by_end ON tokens (expires_at);
CREATE INDEX tokens_by_session ON tokens (session);
CREATE INDEX tokens_by_scope ON tokens (client, scope, expires_at) WHERE scope IS NOT NULL;
CREATE INDEX tokens_by_reload ON tokens (client, user_hash, expires_at) WHERE by_page AND scope IS NULL;
CREATE INDEX tokens_by_user ON tokens (client, user_hash);

CREATE TABLE institutions (
    id TEXT PRIMARY KEY,
    client TEXT NOT NULL,
    user_hash TEXT NOT NULL,
    user_sealed BYTEA,
    scope TEXT,
    version BIGINT NOT NULL,
    sync_status TEXT NOT NULL,
    document BYTEA NOT NULL,
    provider TEXT NOT NULL DEFAULT '',
    accounts BIGINT,
    authorized BOOLEAN NOT NULL DEFAULT FALSE,
    changed_at BIGINT,
    idempotency_key TEXT,
    login_tried TEXT,
    login_id TEXT,
    options BYTEA,
    only_in TEXT UNIQUE,
    aggregator TEXT,
    held BYTEA,
    due_at BIGINT,
    ends_at BIGINT,
    turn BIGINT NOT NULL DEFAULT 0,
    apart BOOLEAN NOT NULL DEFAULT FALSE,
    node TEXT
);
CREATE INDEX institutions_running ON institutions (client, user_hash) WHERE sync_status = 'syncing';
CREATE INDEX institutions_syncing ON institutions (due_at) WHERE sync_status = 'syncing';
CREATE UNIQUE INDEX institutions_by_key ON institutions (client, user_hash, coalesce(scope, ''), idempotency_key);
CREATE INDEX institutions_by_login ON institutions (client, login_id) WHERE login_id IS NOT NULL;
CREATE INDEX institutions_by_due ON institutions (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX institutions_by_end ON institutions (ends_at) WHERE ends_at IS NOT NULL;

CREATE TABLE exchange_codes (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    institution TEXT NOT NULL,
    session TEXT NOT NULL,
    code_sha256 TEXT NOT NULL UNIQUE,
    client TEXT NOT NULL,
    user_hash TEXT NOT NULL,
    user_sealed BYTEA,
    notes BYTEA,
    ends_at BIGINT NOT NULL
);
CREATE INDEX exchange_codes_by_session ON exchange_codes (institution, session, number);
CREATE INDEX exchange_codes_by_end ON exchange_codes (ends_at);
CREATE INDEX exchange_codes_by_user ON exchange_codes (client, user_hash);

CREATE TABLE entries (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_sha256 TEXT NOT NULL UNIQUE,
    client TEXT NOT NULL,
    user_hash TEXT NOT NULL,
    user_sealed BYTEA,
    options BYTEA,
    ends_at BIGINT NOT NULL,
    session TEXT,
    used BOOLEAN NOT NULL DEFAULT FALSE
);
CREATE INDEX entries_by_session ON entries (session) WHERE NOT used;
CREATE INDEX entries_by_end ON entries (ends_at);
CREATE INDEX entries_by_owner ON entries (client, user_hash, number);

CREATE TABLE oauth_logins (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    nonce_sha256 TEXT NOT NULL UNIQUE,
    ends_at BIGINT NOT NULL,
    client TEXT NOT NULL,
    user_hash TEXT NOT NULL,
    user_sealed BYTEA,
    scope TEXT,
    token_sha256 TEXT,
    resume_sha256 TEXT,
    kept BYTEA,
    result_sha256 TEXT,
    result BYTEA
);
CREATE INDEX oauth_logins_by_end ON oauth_logins (ends_at);
CREATE INDEX oauth_logins_by_result ON oauth_logins (result_sha256);
CREATE INDEX oauth_logins_by_owner ON oauth_logins (client, user_hash, number);

CREATE TABLE attempts (
    attempt_sha256 TEXT PRIMARY KEY,
    code_sha256 TEXT NOT NULL UNIQUE,
    ends_at BIGINT NOT NULL,
    client TEXT NOT NULL,
    user_hash TEXT NOT NULL,
    user_sealed BYTEA,
    scope TEXT,
    aggregator TEXT NOT NULL,
    asked BYTEA NOT NULL,
    answer_sha256 TEXT,
    answer BYTEA,
    used_by TEXT
);
CREATE INDEX attempts_by_end ON attempts (ends_at);
CREATE INDEX attempts_by_user ON attempts (client, user_hash);

CREATE TABLE forgotten (
    id TEXT PRIMARY KEY,
    aggregator TEXT NOT NULL,
    held BYTEA NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL DEFAULT 0
);

CREATE FUNCTION institutions_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.held IS NOT NULL AND OLD.aggregator IS NOT NULL AND OLD.aggregator <> 'sandbox' THEN
        INSERT INTO forgotten (id, aggregator, held) VALUES (OLD.id, OLD.aggregator, OLD.held)
        ON CONFLICT (id) DO UPDATE SET aggregator = excluded.aggregator, held = excluded.held, tries = 0, due_at = 0;
    END IF;
    IF OLD.only_in IS NOT NULL AND (OLD.sync_status = 'ok' OR OLD.accounts IS NOT NULL OR OLD.authorized) THEN
        UPDATE tokens SET used_for = OLD.id WHERE session = OLD.only_in;
    END IF;
    DELETE FROM exchange_codes WHERE institution = OLD.id;
    RETURN OLD;
END $$;
CREATE TRIGGER institutions_are_removed AFTER DELETE ON institutions
FOR EACH ROW EXECUTE FUNCTION institutions_removed();
