-- SEED-56: no contact data without consent that stands; SEED-19: what an open invitation rests on
-- does not change under it.
CREATE FUNCTION guard_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM consent WHERE registration_id = NEW.registration_id AND withdrawn_at IS NULL) THEN
    RAISE EXCEPTION '%', TG_ARGV[0];
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER contact_point_needs_consent BEFORE INSERT ON contact_point
FOR EACH ROW EXECUTE FUNCTION guard_consent('a contact point needs consent');
CREATE TRIGGER invitation_needs_consent BEFORE INSERT ON invitation
FOR EACH ROW EXECUTE FUNCTION guard_consent('an invitation needs consent');

CREATE FUNCTION guard_contact_point() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'confirmed' AND NEW.state <> 'confirmed' AND EXISTS (
    SELECT 1 FROM invitation WHERE registration_id = OLD.registration_id AND state = 'open') THEN
    RAISE EXCEPTION 'an open invitation rests on this contact point';
  END IF;
  IF NEW.destination <> OLD.destination AND NEW.erased_at IS NULL THEN
    RAISE EXCEPTION 'a contact point is replaced or erased, never changed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER contact_point_keeps_its_destination BEFORE UPDATE ON contact_point
FOR EACH ROW EXECUTE FUNCTION guard_contact_point();
