BEGIN;

-- `routes` has the ways to the bank as JSON, the preferred one first: each an aggregator's id and the bank as that has
-- brought it. Null: nobody has.
ALTER TABLE providers ADD COLUMN routes TEXT;

-- By which address a picture is asked for; nothing that is not here is.
CREATE TABLE logos (
    aggregator TEXT NOT NULL,
    hash TEXT NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (aggregator, hash)
) WITHOUT ROWID;

PRAGMA user_version = 9;
COMMIT;
