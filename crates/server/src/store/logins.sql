BEGIN;

-- Logins have an owner from the beginning. Those of before end within ten minutes anyway.
-- `kept` and `result` are sealed with the login's nonce, which is not in the database; of a login that was used neither
-- is left. `token_sha256` is the token of the session that has kept something.
DROP TABLE oauth_logins;
CREATE TABLE oauth_logins (
    number INTEGER PRIMARY KEY,
    nonce_sha256 TEXT NOT NULL UNIQUE,
    ends_at INTEGER NOT NULL,
    client TEXT NOT NULL,
    user TEXT NOT NULL,
    token_sha256 TEXT,
    resume_sha256 TEXT,
    kept BLOB,
    result_sha256 TEXT,
    result BLOB
);
CREATE INDEX oauth_logins_by_end ON oauth_logins (ends_at);
CREATE INDEX oauth_logins_by_result ON oauth_logins (result_sha256);
CREATE INDEX oauth_logins_by_owner ON oauth_logins (client, user, number);

PRAGMA user_version = 4;
COMMIT;
