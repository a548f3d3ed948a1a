BEGIN;

-- `scope` is who has opened a page without a token, as far as a browser can be told from another: such a session sees and
-- changes only what has the same one. Null: a session whose user the client's server has named.
ALTER TABLE tokens ADD COLUMN scope TEXT;
ALTER TABLE institutions ADD COLUMN scope TEXT;
ALTER TABLE oauth_logins ADD COLUMN scope TEXT;

-- Pages' tokens of before begin anew, with nothing.
UPDATE tokens SET scope = session WHERE by_page;
DROP INDEX tokens_by_page;
CREATE INDEX tokens_by_scope ON tokens (client, scope, expires_at) WHERE scope IS NOT NULL;
CREATE INDEX tokens_by_reload ON tokens (client, user, expires_at) WHERE by_page AND scope IS NULL;

-- A key names another connection in each scope.
DROP INDEX institutions_by_key;
CREATE UNIQUE INDEX institutions_by_key ON institutions (client, user, ifnull(scope, ''), idempotency_key);

PRAGMA user_version = 6;
COMMIT;
