-- What limits count, together for all servers: a bucket each, by a hash of whose it is. `full_at` is when it is full again,
-- `step` how long one that was taken takes to come back, `room` how long all of them do: in microseconds, the first since
-- 1970. A full bucket needs no row.
CREATE TABLE limits (
    name TEXT PRIMARY KEY,
    full_at BIGINT NOT NULL,
    step BIGINT NOT NULL,
    room BIGINT NOT NULL
);
CREATE INDEX limits_by_time ON limits (full_at);

-- The sandbox's bank with pages of its own: who is at them, and codes that it has given out. `note` is sealed.
CREATE TABLE sandbox_desk (
    name TEXT PRIMARY KEY,
    note BYTEA NOT NULL,
    used_by TEXT,
    expires_at BIGINT NOT NULL
);
