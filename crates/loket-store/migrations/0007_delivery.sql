-- What delivery must know of a message: how often it failed by itself, why, under which reference
-- the gateway has it, and whether it was set apart for the operator.

ALTER TABLE outbox ADD COLUMN failures BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN cause TEXT;
ALTER TABLE outbox ADD COLUMN reference TEXT;
ALTER TABLE outbox ADD COLUMN set_apart_at BIGINT;

CREATE INDEX outbox_by_channel ON outbox (state, channel, next_attempt_at);
CREATE INDEX outbox_by_reference ON outbox (channel, reference);
CREATE INDEX outbox_set_apart ON outbox (set_apart_at);
