ALTER TABLE journal DISABLE TRIGGER journal_is_append_only;
UPDATE journal SET person_token = substr(person_token, 1, 10), officer_token = substr(officer_token, 1, 10),
  organisation_token = substr(organisation_token, 1, 10), registration_token = substr(registration_token, 1, 10);
ALTER TABLE journal ENABLE TRIGGER journal_is_append_only;
CREATE INDEX journal_by_person ON journal (person_token, at, sequence) WHERE person_token IS NOT NULL;
CREATE INDEX journal_by_officer ON journal (officer_token, at, sequence) WHERE officer_token IS NOT NULL;
CREATE INDEX journal_by_organisation ON journal (organisation_token, at, sequence) WHERE organisation_token IS NOT NULL;
CREATE INDEX journal_by_registration ON journal (registration_token, at, sequence) WHERE registration_token IS NOT NULL;
CREATE INDEX journal_by_kind ON journal (kind, at, sequence);
CREATE INDEX journal_by_time ON journal (at, sequence);
