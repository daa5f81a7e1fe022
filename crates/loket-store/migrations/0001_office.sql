-- One text for both engines: BYTES, BIGINT and STRICT are spelled by migrate.rs for each.
-- Each table of record carries the event that made or last changed its row (SEED-41).

CREATE TABLE journal_head (
  id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
  size BIGINT NOT NULL CHECK (size >= 0)
) STRICT;
INSERT INTO journal_head (id, size) VALUES (1, 0);

CREATE TABLE journal (
  sequence BIGINT NOT NULL PRIMARY KEY,
  id BYTES NOT NULL UNIQUE,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
  actor TEXT NOT NULL,
  actor_ids TEXT NOT NULL,
  staff_id BYTES,
  organisation_id BYTES,
  session_id BYTES,
  registration_id BYTES,
  person_id BYTES,
  door TEXT NOT NULL,
  node TEXT NOT NULL,
  request_id BYTES,
  plain TEXT NOT NULL,
  sealed BYTES NOT NULL
) STRICT;
CREATE INDEX journal_by_registration ON journal (registration_id, sequence);
CREATE INDEX journal_by_staff ON journal (staff_id, at);
CREATE INDEX journal_by_organisation ON journal (organisation_id, at);
CREATE INDEX journal_by_kind ON journal (kind, at);

CREATE TABLE answer (
  request_id BYTES NOT NULL PRIMARY KEY,
  content BYTES NOT NULL,
  answer BYTES NOT NULL,
  at BIGINT NOT NULL,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE organisation (
  id BYTES NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  enterprise_number TEXT NOT NULL UNIQUE,
  at_operator BIGINT NOT NULL CHECK (at_operator IN (0, 1)),
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE agreement (
  id BYTES NOT NULL PRIMARY KEY,
  organisation_id BYTES NOT NULL REFERENCES organisation (id),
  particulars BYTES NOT NULL,
  in_force_from BIGINT,
  ends_at BIGINT,
  end_reason TEXT,
  recorded_at BIGINT NOT NULL,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX agreement_by_organisation ON agreement (organisation_id, recorded_at);

CREATE TABLE authorisation (
  id BYTES NOT NULL PRIMARY KEY,
  organisation_id BYTES NOT NULL REFERENCES organisation (id),
  register TEXT NOT NULL CHECK (register IN ('national_register', 'bis_register')),
  reference TEXT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_until BIGINT,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX authorisation_by_organisation ON authorisation (organisation_id);

CREATE TABLE staff (
  id BYTES NOT NULL PRIMARY KEY,
  number_token BYTES NOT NULL UNIQUE,
  name BYTES NOT NULL,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE role (
  id BYTES NOT NULL PRIMARY KEY,
  staff_id BYTES NOT NULL REFERENCES staff (id),
  organisation_id BYTES NOT NULL REFERENCES organisation (id),
  kind TEXT NOT NULL,
  employment TEXT NOT NULL CHECK (employment IN ('permanent', 'subcontractor', 'other')),
  valid_from BIGINT NOT NULL,
  valid_until BIGINT NOT NULL CHECK (valid_until > valid_from),
  trained_at BIGINT,
  withdrawn_at BIGINT,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX role_by_staff ON role (staff_id, organisation_id);

CREATE TABLE terms_acceptance (
  staff_id BYTES NOT NULL REFERENCES staff (id),
  version TEXT NOT NULL,
  language TEXT NOT NULL,
  accepted_at BIGINT NOT NULL,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (staff_id, version)
) STRICT;

CREATE TABLE session (
  id BYTES NOT NULL PRIMARY KEY,
  token_hash BYTES NOT NULL UNIQUE,
  staff_id BYTES NOT NULL REFERENCES staff (id),
  organisation_id BYTES NOT NULL REFERENCES organisation (id),
  method TEXT NOT NULL,
  card_fingerprint BYTES NOT NULL,
  certificate BYTES NOT NULL,
  card_shown_at BIGINT NOT NULL,
  card_checked_at BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL,
  ended_at BIGINT,
  end_reason TEXT,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- Operation, not record: rows here are made and removed without an event.
CREATE TABLE visitor (
  token_hash BYTES NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  state BYTES NOT NULL,
  expires_at BIGINT NOT NULL
) STRICT;

CREATE TABLE throttle (
  subject BYTES NOT NULL PRIMARY KEY,
  window_from BIGINT NOT NULL,
  count BIGINT NOT NULL
) STRICT;
