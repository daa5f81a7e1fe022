-- Several keys of one person: names, ends, wrong codes, recovery codes; and the waits after wrong
-- tries at an account, whether it exists or not.

ALTER TABLE digital_key ADD COLUMN name BYTES;
ALTER TABLE digital_key ADD COLUMN end_reason TEXT CHECK (end_reason IN ('holder', 'counter', 'death', 'operator', 'expired'));
ALTER TABLE digital_key ADD COLUMN wrong_codes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE digital_key ADD COLUMN end_told_at BIGINT;
CREATE INDEX digital_key_by_end ON digital_key (withdrawn_at, expires_at);

CREATE TABLE recovery_code (
  id BYTES NOT NULL PRIMARY KEY,
  person_id BYTES NOT NULL REFERENCES person (id),
  salt BYTES NOT NULL,
  digest BYTES NOT NULL,
  made_at BIGINT NOT NULL,
  used_at BIGINT,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX recovery_code_by_person ON recovery_code (person_id, used_at);

-- Operation, not record: rows here are made and removed without an event.
CREATE TABLE wrong_try (
  subject BYTES NOT NULL PRIMARY KEY,
  count BIGINT NOT NULL,
  last_at BIGINT NOT NULL
) STRICT;
