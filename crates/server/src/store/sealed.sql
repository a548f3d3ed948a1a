BEGIN;

-- From here on `user` is a keyed hash of the client's user, by which rows are found; `user_sealed` is the user id itself.
-- `user_sealed`, `document`, `options` and `notes` are sealed with keys that are not in the database. What the database
-- must know of a document stands beside it: `accounts` is their number, `changed_at` in seconds since 1970.
-- Rows of before are sealed by the program, which knows them by `user_sealed`.
ALTER TABLE tokens ADD COLUMN user_sealed BLOB;
ALTER TABLE institutions ADD COLUMN user_sealed BLOB;
ALTER TABLE exchange_codes ADD COLUMN user_sealed BLOB;
ALTER TABLE entries ADD COLUMN user_sealed BLOB;
ALTER TABLE oauth_logins ADD COLUMN user_sealed BLOB;

ALTER TABLE institutions ADD COLUMN provider TEXT NOT NULL DEFAULT '';
ALTER TABLE institutions ADD COLUMN accounts INTEGER;
ALTER TABLE institutions ADD COLUMN authorized INTEGER NOT NULL DEFAULT 0;
ALTER TABLE institutions ADD COLUMN changed_at INTEGER;
UPDATE institutions SET
    provider = document ->> '$.type',
    accounts = json_array_length(document, '$.accounts'),
    authorized = document ->> '$.authorized' IS NOT NULL,
    changed_at = unixepoch(document ->> '$.sync_status_details.date');

DROP TRIGGER institutions_used;
CREATE TRIGGER institutions_used AFTER DELETE ON institutions
WHEN OLD.only_in IS NOT NULL AND (OLD.sync_status = 'ok' OR OLD.accounts IS NOT NULL OR OLD.authorized)
BEGIN
    UPDATE tokens SET used_for = OLD.id WHERE session = OLD.only_in;
END;

-- Nobody can exchange what is gone.
CREATE TRIGGER institutions_exchanged AFTER DELETE ON institutions
BEGIN
    DELETE FROM exchange_codes WHERE institution = OLD.id;
END;

PRAGMA user_version = 7;
COMMIT;
