-- A token that opens a page is used up by the page that runs, not by its first byte: `session` is what it opens, and it is
-- `used` once somebody has asked for that session. Which browser may load the page again says a cookie.
BEGIN IMMEDIATE;

ALTER TABLE entries ADD COLUMN session TEXT;
ALTER TABLE entries ADD COLUMN used INTEGER NOT NULL DEFAULT 0;
UPDATE entries SET used = 1 WHERE reload_sha256 IS NOT NULL;
DROP INDEX entries_by_reload;
ALTER TABLE entries DROP COLUMN reload_sha256;
CREATE INDEX entries_by_session ON entries (session) WHERE NOT used;

PRAGMA user_version = 11;
COMMIT;
