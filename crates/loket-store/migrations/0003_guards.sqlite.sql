-- What the database refuses by itself, on SQLite.
CREATE TRIGGER journal_is_append_only_update BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_is_append_only_delete BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER journal_has_no_gap BEFORE INSERT ON journal
WHEN NEW.sequence <> (SELECT size FROM journal_head WHERE id = 1)
BEGIN SELECT RAISE(ABORT, 'the journal has no gaps'); END;

-- SEED-17, SEED-19, SEED-76: no invitation without an identified person and a confirmed address.
CREATE TRIGGER invitation_needs_identification BEFORE INSERT ON invitation
WHEN NOT EXISTS (
  SELECT 1 FROM registration r
  JOIN contact_point c ON c.id = r.email_id AND c.registration_id = r.id AND c.state = 'confirmed'
  WHERE r.id = NEW.registration_id AND r.state IN ('contactable', 'invited')
    AND r.identified_at IS NOT NULL AND r.person_id IS NOT NULL)
BEGIN SELECT RAISE(ABORT, 'an invitation needs an identified and contactable person'); END;
CREATE TRIGGER code_by_sms_needs_confirmed_number BEFORE INSERT ON invitation
WHEN NEW.code_channel = 'sms' AND NOT EXISTS (
  SELECT 1 FROM registration r
  JOIN contact_point c ON c.id = r.mobile_id AND c.registration_id = r.id AND c.state = 'confirmed'
  WHERE r.id = NEW.registration_id)
BEGIN SELECT RAISE(ABORT, 'a code by SMS needs a confirmed number'); END;
