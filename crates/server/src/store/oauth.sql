BEGIN;

-- Logins at a bank's own site. `kept` and `result` are sealed with the login's nonce, which is not in the database.
-- `client` and what follows it is the grant of who has kept something, and null as long as nobody has.
-- Of a login that was used neither `kept` nor `result` is left.
CREATE TABLE oauth_logins (
    nonce_sha256 TEXT PRIMARY KEY,
    ends_at INTEGER NOT NULL,
    client TEXT,
    user TEXT,
    options TEXT,
    expires_at INTEGER,
    resume_sha256 TEXT,
    kept BLOB,
    result_sha256 TEXT,
    result BLOB
) WITHOUT ROWID;
CREATE INDEX oauth_logins_by_end ON oauth_logins (ends_at);
CREATE INDEX oauth_logins_by_result ON oauth_logins (result_sha256);

PRAGMA user_version = 2;
COMMIT;
