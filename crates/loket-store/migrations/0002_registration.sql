-- Persons, registrations, and all that hangs on them.

CREATE TABLE person (
  id BYTES NOT NULL PRIMARY KEY,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- The encrypted conversion table (law of 8 August 1983, art. 8 par. 3): the only place that leads
-- from a number to our own identifier.
CREATE TABLE person_number (
  number_token BYTES NOT NULL PRIMARY KEY,
  person_id BYTES NOT NULL REFERENCES person (id),
  number BYTES NOT NULL,
  since BIGINT NOT NULL,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE reference_counter (
  year BIGINT NOT NULL PRIMARY KEY,
  used BIGINT NOT NULL
) STRICT;

CREATE TABLE registration (
  id BYTES NOT NULL PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('opened', 'identified', 'contactable', 'invited', 'activated', 'refused', 'expired', 'withdrawn')),
  organisation_id BYTES NOT NULL REFERENCES organisation (id),
  officer_id BYTES NOT NULL REFERENCES staff (id),
  reason TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  person_id BYTES REFERENCES person (id),
  person_sealed BYTES,
  procedure TEXT,
  procedure_version BIGINT,
  level TEXT,
  identified_by BYTES REFERENCES staff (id),
  identified_card BYTES,
  identified_at BIGINT,
  language TEXT,
  email_id BYTES,
  mobile_id BYTES,
  invitation_id BYTES,
  key_id BYTES,
  activated_at BIGINT,
  ended_at BIGINT,
  end_reason TEXT,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED,
  CHECK (state NOT IN ('identified', 'contactable', 'invited', 'activated') OR
    (person_id IS NOT NULL AND procedure IS NOT NULL AND procedure_version IS NOT NULL AND level IS NOT NULL
     AND identified_by IS NOT NULL AND identified_card IS NOT NULL AND identified_at IS NOT NULL)),
  CHECK (state NOT IN ('contactable', 'invited', 'activated') OR (language IS NOT NULL AND email_id IS NOT NULL)),
  CHECK (state NOT IN ('invited', 'activated') OR invitation_id IS NOT NULL),
  CHECK (state <> 'opened' OR (identified_at IS NULL AND invitation_id IS NULL)),
  CHECK (state NOT IN ('identified', 'contactable') OR invitation_id IS NULL),
  CHECK ((state = 'activated') = (key_id IS NOT NULL)),
  CHECK ((state = 'activated') = (activated_at IS NOT NULL)),
  CHECK ((state IN ('refused', 'expired', 'withdrawn')) = (ended_at IS NOT NULL))
) STRICT;
CREATE INDEX registration_by_organisation ON registration (organisation_id, opened_at);
CREATE INDEX registration_by_person ON registration (person_id);
CREATE INDEX registration_by_state ON registration (state, opened_at);

CREATE TABLE question (
  id BYTES NOT NULL PRIMARY KEY,
  registration_id BYTES NOT NULL REFERENCES registration (id),
  officer_id BYTES NOT NULL REFERENCES staff (id),
  number BYTES NOT NULL,
  asked_at BIGINT NOT NULL,
  answered_at BIGINT,
  outcome TEXT,
  register TEXT,
  ticket TEXT,
  answer BYTES,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED,
  CHECK ((answered_at IS NULL) = (outcome IS NULL))
) STRICT;
CREATE INDEX question_by_registration ON question (registration_id, asked_at);
CREATE INDEX question_by_officer ON question (officer_id, asked_at);

CREATE TABLE identification (
  registration_id BYTES NOT NULL PRIMARY KEY REFERENCES registration (id),
  document BYTES,
  verdicts BYTES,
  checks BYTES NOT NULL,
  recorded_at BIGINT NOT NULL,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED,
  CHECK ((document IS NULL) = (verdicts IS NULL))
) STRICT;

CREATE TABLE consent (
  registration_id BYTES NOT NULL PRIMARY KEY REFERENCES registration (id),
  version TEXT NOT NULL,
  language TEXT NOT NULL,
  given_at BIGINT NOT NULL,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE contact_point (
  id BYTES NOT NULL PRIMARY KEY,
  registration_id BYTES NOT NULL REFERENCES registration (id),
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
  destination BYTES NOT NULL,
  destination_token BYTES NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('entered', 'confirmed', 'replaced')),
  code_digest BYTES NOT NULL,
  code_until BIGINT NOT NULL,
  tries_left BIGINT NOT NULL CHECK (tries_left >= 0),
  entered_at BIGINT NOT NULL,
  confirmed_at BIGINT,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED,
  CHECK (state <> 'confirmed' OR confirmed_at IS NOT NULL)
) STRICT;
CREATE INDEX contact_point_by_registration ON contact_point (registration_id);

CREATE TABLE contact_send (
  id BYTES NOT NULL PRIMARY KEY,
  destination_token BYTES NOT NULL,
  at BIGINT NOT NULL,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX contact_send_by_destination ON contact_send (destination_token, at);

CREATE TABLE invitation (
  id BYTES NOT NULL PRIMARY KEY,
  registration_id BYTES NOT NULL REFERENCES registration (id),
  state TEXT NOT NULL CHECK (state IN ('open', 'locked', 'cancelled', 'used', 'expired')),
  link_digest BYTES NOT NULL UNIQUE,
  link_until BIGINT NOT NULL,
  code_channel TEXT NOT NULL CHECK (code_channel IN ('sms', 'paper')),
  code_salt BYTES,
  code_digest BYTES,
  code_until BIGINT,
  tries_left BIGINT NOT NULL CHECK (tries_left >= 0),
  browser_digest BYTES,
  browser_until BIGINT,
  issued_at BIGINT NOT NULL,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED,
  CHECK ((code_salt IS NULL) = (code_digest IS NULL))
) STRICT;
CREATE INDEX invitation_by_registration ON invitation (registration_id);

CREATE TABLE digital_key (
  id BYTES NOT NULL PRIMARY KEY,
  person_id BYTES NOT NULL REFERENCES person (id),
  registration_id BYTES NOT NULL REFERENCES registration (id),
  kind TEXT NOT NULL CHECK (kind IN ('passkey', 'password_and_app')),
  level TEXT NOT NULL,
  credential TEXT UNIQUE,
  material BYTES NOT NULL,
  sign_in_token BYTES,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  last_used_at BIGINT,
  last_step BIGINT,
  withdrawn_at BIGINT,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX digital_key_by_person ON digital_key (person_id);
CREATE INDEX digital_key_by_sign_in ON digital_key (sign_in_token);

CREATE TABLE outbox (
  id BYTES NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
  registration_id BYTES NOT NULL REFERENCES registration (id),
  invitation_id BYTES,
  payload BYTES,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'handed_over', 'delivered', 'failed', 'dropped')),
  created_at BIGINT NOT NULL,
  not_after BIGINT NOT NULL,
  next_attempt_at BIGINT NOT NULL,
  leased_until BIGINT NOT NULL,
  leased_by TEXT,
  attempts BIGINT NOT NULL,
  handed_over_at BIGINT,
  delivered_at BIGINT,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED,
  CHECK (state <> 'waiting' OR payload IS NOT NULL)
) STRICT;
CREATE INDEX outbox_waiting ON outbox (state, next_attempt_at);
CREATE INDEX outbox_by_registration ON outbox (registration_id);
