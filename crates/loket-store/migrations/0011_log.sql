-- The journal becomes the transparency log (decision 0028): each event is a leaf with a sealed part
-- beside it. What only the sealed part may say leaves the row; what events are found by stays as
-- tokens, which the leaf has too. A journal that has rows is refused before this is run, and here
-- again by the checks.

DROP INDEX journal_by_registration;
DROP INDEX journal_by_staff;
DROP INDEX journal_by_organisation;
ALTER TABLE journal DROP COLUMN outcome;
ALTER TABLE journal DROP COLUMN actor;
ALTER TABLE journal DROP COLUMN actor_ids;
ALTER TABLE journal DROP COLUMN staff_id;
ALTER TABLE journal DROP COLUMN organisation_id;
ALTER TABLE journal DROP COLUMN session_id;
ALTER TABLE journal DROP COLUMN registration_id;
ALTER TABLE journal DROP COLUMN person_id;
ALTER TABLE journal DROP COLUMN door;
ALTER TABLE journal DROP COLUMN node;
ALTER TABLE journal DROP COLUMN request_id;
ALTER TABLE journal DROP COLUMN plain;
ALTER TABLE journal ADD COLUMN leaf BYTES CHECK (leaf IS NOT NULL);
ALTER TABLE journal ADD COLUMN person_token BYTES;
ALTER TABLE journal ADD COLUMN officer_token BYTES;
ALTER TABLE journal ADD COLUMN organisation_token BYTES;
ALTER TABLE journal ADD COLUMN session_token BYTES;
ALTER TABLE journal ADD COLUMN registration_token BYTES;
CREATE INDEX journal_by_person_token ON journal (person_token, sequence) WHERE person_token IS NOT NULL;
CREATE INDEX journal_by_officer_token ON journal (officer_token, sequence) WHERE officer_token IS NOT NULL;
CREATE INDEX journal_by_organisation_token ON journal (organisation_token, sequence) WHERE organisation_token IS NOT NULL;
CREATE INDEX journal_by_registration_token ON journal (registration_token, sequence) WHERE registration_token IS NOT NULL;

-- The right edge of the tree at this size; none while there is no leaf.
ALTER TABLE journal_head ADD COLUMN edge BYTES CHECK (edge IS NOT NULL OR size = 0);

-- Full tiles. The entries of a bundle are the leaves of 256 rows of the journal.
CREATE TABLE log_tile (
  level BIGINT NOT NULL CHECK (level BETWEEN 0 AND 7),
  position BIGINT NOT NULL CHECK (position >= 0),
  hashes BYTES NOT NULL CHECK (LENGTH(hashes) = 8192),
  PRIMARY KEY (level, position)
) STRICT;

-- Secrets of months and of years, wrapped by a key that the database does not have.
CREATE TABLE log_secret (
  name TEXT NOT NULL PRIMARY KEY,
  key_name TEXT NOT NULL,
  wrapped BYTES NOT NULL
) STRICT;

-- Checkpoints that were signed. Only the newest stays, and what is kept: cosigned, time-stamped or
-- used in an export.
CREATE TABLE log_checkpoint (
  size BIGINT NOT NULL CHECK (size >= 0),
  origin TEXT NOT NULL,
  note TEXT NOT NULL,
  signed_at BIGINT NOT NULL,
  time_stamp BYTES,
  kept BIGINT NOT NULL CHECK (kept IN (0, 1)),
  PRIMARY KEY (origin, size)
) STRICT;
