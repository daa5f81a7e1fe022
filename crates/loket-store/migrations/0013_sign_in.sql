-- Wrong codes beside the right password: when the last one was, from which network, and how many in a
-- row came from there, since a right code takes back those of its own network only.
ALTER TABLE digital_key ADD COLUMN wrong_at BIGINT;
ALTER TABLE digital_key ADD COLUMN wrong_from BYTES;
ALTER TABLE digital_key ADD COLUMN wrong_run BIGINT NOT NULL DEFAULT 0;

-- Recovery codes are long enough now to be kept by a keyed digest alone. Shorter ones of before, which
-- needed a slow hash and its salt, can no longer be typed: their holders make new ones.
DELETE FROM recovery_code;
ALTER TABLE recovery_code DROP COLUMN salt;
