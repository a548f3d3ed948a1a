-- What has happened to a client's connections, in its order. `number` is taken under the client's row of `event_counters`,
-- in the transaction of the change itself: who reads up to a number has missed none before it. `data` is JSON of states and
-- codes, and names no user; it and `institution` are sealed: they outlive the connection. `fanned` is up to where the deliveries are made, `dropped` the last number that is kept no longer.
CREATE TABLE event_counters (
    client TEXT PRIMARY KEY,
    number BIGINT NOT NULL,
    fanned BIGINT NOT NULL DEFAULT 0,
    dropped BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE events (
    client TEXT NOT NULL,
    number BIGINT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    institution BYTEA NOT NULL,
    data BYTEA NOT NULL,
    happened_at BIGINT NOT NULL,
    PRIMARY KEY (client, number)
);
CREATE INDEX events_by_time ON events (happened_at);

-- An event on its way to one of the client's webhooks. `endpoint` is its address's SHA-256, times are in milliseconds.
-- `taken_until`: a server sends it at this moment, and no other does. `outcome` is the last answer, in words of ours.
CREATE TABLE deliveries (
    event TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    client TEXT NOT NULL,
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL,
    taken_until BIGINT NOT NULL DEFAULT 0,
    outcome TEXT,
    PRIMARY KEY (event, endpoint)
);
CREATE INDEX deliveries_by_due ON deliveries (state, due_at);
CREATE INDEX deliveries_by_client ON deliveries (client, number);

-- Webhooks that have answered 410: they want to hear nothing more.
CREATE TABLE closed_webhooks (
    client TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    PRIMARY KEY (client, endpoint)
);

-- What a client was told of a connection last: `told` is `ok` or an error's name, and null until it has come about;
-- `told_accounts` tells one set of accounts from another, `told_end` is the consent's end that was announced. `was` is the
-- `sync_status` before the last change. `synced_at` is when a sync last ended well. All times here in seconds.
ALTER TABLE institutions ADD COLUMN told TEXT;
ALTER TABLE institutions ADD COLUMN told_accounts TEXT;
ALTER TABLE institutions ADD COLUMN told_end BIGINT;
ALTER TABLE institutions ADD COLUMN was TEXT;
ALTER TABLE institutions ADD COLUMN synced_at BIGINT;
UPDATE institutions SET told = 'ok' WHERE accounts IS NOT NULL;
UPDATE institutions SET synced_at = changed_at WHERE sync_status = 'ok';
CREATE INDEX institutions_by_client ON institutions (client, id);
