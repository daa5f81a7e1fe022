-- Events below the minimum are gone, after ten years: their rows, secrets, tokens and full tiles of level 0.
ALTER TABLE journal_head ADD COLUMN minimum BIGINT NOT NULL DEFAULT 0 CHECK (minimum >= 0 AND minimum <= size);

-- The root of each full tile of level 0 that is gone: what the tiles above it are made of.
CREATE TABLE log_root (
  position BIGINT NOT NULL PRIMARY KEY CHECK (position >= 0),
  root BYTES NOT NULL CHECK (LENGTH(root) = 32)
) STRICT;

-- Holds: events that may not go before they were exported.
CREATE TABLE log_hold (
  id BYTES NOT NULL PRIMARY KEY,
  registration_id BYTES,
  from_at BIGINT,
  until_at BIGINT,
  placed_at BIGINT NOT NULL,
  lifted_at BIGINT,
  exported_to BIGINT NOT NULL DEFAULT 0,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED,
  CHECK (registration_id IS NOT NULL OR from_at IS NOT NULL)
) STRICT;

-- A purge gives the rows of the record that name an event which goes its own event instead; the engines
-- look for such rows at each event that goes, too.
CREATE INDEX answer_by_event ON answer (event_id);
CREATE INDEX organisation_by_event ON organisation (event_id);
CREATE INDEX agreement_by_event ON agreement (event_id);
CREATE INDEX authorisation_by_event ON authorisation (event_id);
CREATE INDEX staff_by_event ON staff (event_id);
CREATE INDEX role_by_event ON role (event_id);
CREATE INDEX terms_acceptance_by_event ON terms_acceptance (event_id);
CREATE INDEX session_by_event ON session (event_id);
CREATE INDEX person_by_event ON person (event_id);
CREATE INDEX person_number_by_event ON person_number (event_id);
CREATE INDEX registration_by_event ON registration (event_id);
CREATE INDEX question_by_event ON question (event_id);
CREATE INDEX identification_by_event ON identification (event_id);
CREATE INDEX consent_by_event ON consent (event_id);
CREATE INDEX contact_point_by_event ON contact_point (event_id);
CREATE INDEX contact_send_by_event ON contact_send (event_id);
CREATE INDEX invitation_by_event ON invitation (event_id);
CREATE INDEX digital_key_by_event ON digital_key (event_id);
CREATE INDEX outbox_by_event ON outbox (event_id);
CREATE INDEX search_by_event ON search (event_id);
CREATE INDEX verification_by_event ON verification (event_id);
CREATE INDEX inscription_by_event ON inscription (event_id);
CREATE INDEX circumstances_by_event ON circumstances (event_id);
CREATE INDEX delay_by_event ON delay (event_id);
CREATE INDEX second_check_by_event ON second_check (event_id);
CREATE INDEX fraud_report_by_event ON fraud_report (event_id);
CREATE INDEX procedure_permission_by_event ON procedure_permission (event_id);
CREATE INDEX recovery_code_by_event ON recovery_code (event_id);
CREATE INDEX consent_link_by_event ON consent_link (event_id);
CREATE INDEX relying_party_by_event ON relying_party (event_id);
CREATE INDEX claims_consent_by_event ON claims_consent (event_id);
CREATE INDEX party_sign_in_by_event ON party_sign_in (event_id);
CREATE INDEX signing_key_by_event ON signing_key (event_id);
CREATE INDEX announcement_by_event ON announcement (event_id);
CREATE INDEX log_hold_by_event ON log_hold (event_id);
