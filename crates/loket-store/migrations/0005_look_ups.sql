-- Who opened a registration stays who accounts for it, whoever has it now.
ALTER TABLE registration ADD COLUMN opened_by BYTES REFERENCES staff (id);
UPDATE registration SET opened_by = COALESCE(
  (SELECT j.staff_id FROM journal j
   WHERE j.registration_id = registration.id AND j.kind = 'registration_opened'
   ORDER BY j.sequence LIMIT 1), officer_id);
CREATE INDEX registration_by_opener ON registration (opened_by, opened_at);

-- The keyed token of the number that was asked about, as person_number and staff have it: nobody
-- works on a registration about himself or herself, and an organisation is released for a person
-- when none of its registrations asks about the number any more. Null in rows of before.
ALTER TABLE question ADD COLUMN number_token BYTES;
ALTER TABLE verification ADD COLUMN number_token BYTES;
CREATE INDEX question_by_number ON question (number_token);

ALTER TABLE inscription ADD COLUMN release_tries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE inscription ADD COLUMN release_next_at BIGINT;
ALTER TABLE inscription ADD COLUMN released_at BIGINT;
ALTER TABLE inscription ADD COLUMN release_outcome TEXT;
CREATE INDEX inscription_open ON inscription (released_at, release_next_at);
