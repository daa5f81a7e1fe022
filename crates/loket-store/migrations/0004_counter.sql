-- What a counter does beside looking up by number: searches, verifications, second officers,
-- colleagues, and what must be accounted for.

CREATE TABLE search (
  id BYTES NOT NULL PRIMARY KEY,
  registration_id BYTES NOT NULL REFERENCES registration (id),
  officer_id BYTES NOT NULL REFERENCES staff (id),
  criteria BYTES NOT NULL,
  asked_at BIGINT NOT NULL,
  answered_at BIGINT,
  outcome TEXT,
  hits BYTES,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED,
  CHECK ((answered_at IS NULL) = (outcome IS NULL))
) STRICT;
CREATE INDEX search_by_registration ON search (registration_id, asked_at);
CREATE INDEX search_by_officer ON search (officer_id, asked_at);

CREATE TABLE verification (
  id BYTES NOT NULL PRIMARY KEY,
  registration_id BYTES NOT NULL REFERENCES registration (id),
  officer_id BYTES NOT NULL REFERENCES staff (id),
  number BYTES NOT NULL,
  asked_at BIGINT NOT NULL,
  answered_at BIGINT,
  outcome TEXT,
  register TEXT,
  ticket TEXT,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED,
  CHECK ((answered_at IS NULL) = (outcome IS NULL))
) STRICT;
CREATE INDEX verification_by_registration ON verification (registration_id, asked_at);
CREATE INDEX verification_by_officer ON verification (officer_id, asked_at);

-- Which registrations made the organisation inscribed for a person, to release it afterwards.
CREATE TABLE inscription (
  registration_id BYTES NOT NULL PRIMARY KEY REFERENCES registration (id),
  number BYTES NOT NULL,
  inscribed_at BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE circumstances (
  registration_id BYTES NOT NULL PRIMARY KEY REFERENCES registration (id),
  interpreting TEXT NOT NULL,
  companion TEXT NOT NULL,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE delay (
  registration_id BYTES NOT NULL PRIMARY KEY REFERENCES registration (id),
  organisation_id BYTES NOT NULL REFERENCES organisation (id),
  officer_id BYTES NOT NULL REFERENCES staff (id),
  reason TEXT NOT NULL,
  explained_at BIGINT NOT NULL,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX delay_by_organisation ON delay (organisation_id, explained_at);

CREATE TABLE second_check (
  id BYTES NOT NULL PRIMARY KEY,
  registration_id BYTES NOT NULL REFERENCES registration (id),
  organisation_id BYTES NOT NULL REFERENCES organisation (id),
  check_id TEXT NOT NULL,
  called_by BYTES NOT NULL REFERENCES staff (id),
  called_at BIGINT NOT NULL,
  taken_by BYTES REFERENCES staff (id),
  taken_at BIGINT,
  closed_at BIGINT,
  outcome TEXT CHECK (outcome IN ('passed', 'negative', 'over')),
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED,
  CHECK ((taken_by IS NULL) = (taken_at IS NULL)),
  CHECK ((closed_at IS NULL) = (outcome IS NULL)),
  CHECK (taken_by IS NULL OR taken_by <> called_by)
) STRICT;
CREATE INDEX second_check_open ON second_check (organisation_id, closed_at, called_at);
CREATE INDEX second_check_by_registration ON second_check (registration_id, called_at);

CREATE TABLE fraud_report (
  id BYTES NOT NULL PRIMARY KEY,
  registration_id BYTES NOT NULL UNIQUE REFERENCES registration (id),
  organisation_id BYTES NOT NULL REFERENCES organisation (id),
  officer_id BYTES NOT NULL REFERENCES staff (id),
  reason TEXT NOT NULL,
  explanation BYTES NOT NULL,
  reported_at BIGINT NOT NULL,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX fraud_report_by_time ON fraud_report (reported_at);

CREATE TABLE procedure_permission (
  id BYTES NOT NULL PRIMARY KEY,
  organisation_id BYTES NOT NULL REFERENCES organisation (id),
  procedure TEXT NOT NULL,
  valid_from BIGINT NOT NULL,
  valid_until BIGINT NOT NULL CHECK (valid_until >= valid_from),
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE INDEX procedure_permission_by_organisation ON procedure_permission (organisation_id, procedure);

CREATE INDEX registration_refused ON registration (person_id, organisation_id, ended_at);
CREATE INDEX registration_by_officer ON registration (officer_id, state, opened_at);
