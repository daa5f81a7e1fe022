DROP TRIGGER journal_is_append_only_update;
UPDATE journal SET person_token = substr(person_token, 1, 10), officer_token = substr(officer_token, 1, 10),
  organisation_token = substr(organisation_token, 1, 10), registration_token = substr(registration_token, 1, 10);
CREATE TRIGGER journal_is_append_only_update BEFORE UPDATE ON journal
WHEN OLD.sequence >= (SELECT minimum FROM journal_head WHERE id = 1)
  OR NEW.sequence <> OLD.sequence OR NEW.id <> OLD.id OR NEW.at <> OLD.at OR NEW.kind <> OLD.kind
  OR NEW.leaf <> OLD.leaf OR LENGTH(NEW.sealed) > 0
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
-- Each index ends with the sequence, which is the row's number here.
CREATE INDEX journal_by_person ON journal (person_token, at) WHERE person_token IS NOT NULL;
CREATE INDEX journal_by_officer ON journal (officer_token, at) WHERE officer_token IS NOT NULL;
CREATE INDEX journal_by_organisation ON journal (organisation_token, at) WHERE organisation_token IS NOT NULL;
CREATE INDEX journal_by_registration ON journal (registration_token, at) WHERE registration_token IS NOT NULL;
CREATE INDEX journal_by_kind ON journal (kind, at);
CREATE INDEX journal_by_time ON journal (at);
