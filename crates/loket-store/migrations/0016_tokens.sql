-- An event takes less: a column of a token keeps what the event is found by, the leaf has all of it; and
-- nobody looks for the events of a session by its token.
DROP INDEX journal_by_person;
DROP INDEX journal_by_officer;
DROP INDEX journal_by_organisation;
DROP INDEX journal_by_registration;
DROP INDEX journal_by_kind;
DROP INDEX journal_by_time;
ALTER TABLE journal DROP COLUMN session_token;
