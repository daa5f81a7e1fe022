-- SEED-56: no contact data without consent that stands; SEED-19: what an open invitation rests on
-- does not change under it.
CREATE TRIGGER contact_point_needs_consent BEFORE INSERT ON contact_point
WHEN NOT EXISTS (SELECT 1 FROM consent WHERE registration_id = NEW.registration_id AND withdrawn_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'a contact point needs consent'); END;
CREATE TRIGGER invitation_needs_consent BEFORE INSERT ON invitation
WHEN NOT EXISTS (SELECT 1 FROM consent WHERE registration_id = NEW.registration_id AND withdrawn_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'an invitation needs consent'); END;
CREATE TRIGGER invitation_keeps_its_contact_point BEFORE UPDATE ON contact_point
WHEN OLD.state = 'confirmed' AND NEW.state <> 'confirmed'
  AND EXISTS (SELECT 1 FROM invitation WHERE registration_id = OLD.registration_id AND state = 'open')
BEGIN SELECT RAISE(ABORT, 'an open invitation rests on this contact point'); END;
CREATE TRIGGER contact_point_keeps_its_destination BEFORE UPDATE ON contact_point
WHEN NEW.destination <> OLD.destination AND NEW.erased_at IS NULL
BEGIN SELECT RAISE(ABORT, 'a contact point is replaced or erased, never changed'); END;
