-- The journal is searched by what an event is found by, in a period: the token, then the time. The
-- sequence tells events of one moment apart, so that a page goes on exactly where the last one ended.
DROP INDEX journal_by_person_token;
DROP INDEX journal_by_officer_token;
DROP INDEX journal_by_organisation_token;
DROP INDEX journal_by_registration_token;
DROP INDEX journal_by_kind;
CREATE INDEX journal_by_person ON journal (person_token, at, sequence) WHERE person_token IS NOT NULL;
CREATE INDEX journal_by_officer ON journal (officer_token, at, sequence) WHERE officer_token IS NOT NULL;
CREATE INDEX journal_by_organisation ON journal (organisation_token, at, sequence) WHERE organisation_token IS NOT NULL;
CREATE INDEX journal_by_registration ON journal (registration_token, at, sequence) WHERE registration_token IS NOT NULL;
CREATE INDEX journal_by_kind ON journal (kind, at, sequence);
CREATE INDEX journal_by_time ON journal (at, sequence);

-- Who was signed in at a moment: sessions begun within their longest time before it.
CREATE INDEX session_by_start ON session (started_at, id);
