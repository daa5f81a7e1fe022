-- What the database refuses by itself, on PostgreSQL.
CREATE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$;
CREATE TRIGGER journal_is_append_only BEFORE UPDATE OR DELETE ON journal
FOR EACH ROW EXECUTE FUNCTION refuse_journal_change();
CREATE TRIGGER journal_is_not_truncated BEFORE TRUNCATE ON journal
FOR EACH STATEMENT EXECUTE FUNCTION refuse_journal_change();

CREATE FUNCTION refuse_journal_gap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.sequence <> (SELECT size FROM journal_head WHERE id = 1) THEN
    RAISE EXCEPTION 'the journal has no gaps';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER journal_has_no_gap BEFORE INSERT ON journal
FOR EACH ROW EXECUTE FUNCTION refuse_journal_gap();

-- SEED-17, SEED-19, SEED-76: no invitation without an identified person and a confirmed address.
CREATE FUNCTION guard_invitation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM registration r
    JOIN contact_point c ON c.id = r.email_id AND c.registration_id = r.id AND c.state = 'confirmed'
    WHERE r.id = NEW.registration_id AND r.state IN ('contactable', 'invited')
      AND r.identified_at IS NOT NULL AND r.person_id IS NOT NULL) THEN
    RAISE EXCEPTION 'an invitation needs an identified and contactable person';
  END IF;
  IF NEW.code_channel = 'sms' AND NOT EXISTS (
    SELECT 1 FROM registration r
    JOIN contact_point c ON c.id = r.mobile_id AND c.registration_id = r.id AND c.state = 'confirmed'
    WHERE r.id = NEW.registration_id) THEN
    RAISE EXCEPTION 'a code by SMS needs a confirmed number';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER invitation_needs_identification BEFORE INSERT ON invitation
FOR EACH ROW EXECUTE FUNCTION guard_invitation();
