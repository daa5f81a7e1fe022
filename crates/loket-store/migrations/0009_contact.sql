-- Proof of consent, links that confirm an address or withdraw consent, addresses of several
-- persons, and invitations that were called back.

ALTER TABLE consent ADD COLUMN text_digest BYTES;
ALTER TABLE consent ADD COLUMN officer_id BYTES;
ALTER TABLE consent ADD COLUMN withdrawn_at BIGINT;
ALTER TABLE consent ADD COLUMN withdrawn_by TEXT CHECK (withdrawn_by IS NULL OR withdrawn_by IN ('person', 'officer', 'office'));

-- Erased: destination and token are empty, and the row stays as the trail names it.
ALTER TABLE contact_point ADD COLUMN erased_at BIGINT CHECK (erased_at IS NULL OR state = 'replaced');
ALTER TABLE contact_point ADD COLUMN link_digest BYTES;
ALTER TABLE contact_point ADD COLUMN link_until BIGINT;
ALTER TABLE contact_point ADD COLUMN shared_reason TEXT;
CREATE INDEX contact_point_by_destination ON contact_point (destination_token);
CREATE UNIQUE INDEX contact_point_by_link ON contact_point (link_digest);

CREATE TABLE consent_link (
  digest BYTES NOT NULL PRIMARY KEY,
  destination_token BYTES NOT NULL,
  until BIGINT NOT NULL,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

-- When an invitation was called back: the evening that ends what was left counts from then.
ALTER TABLE registration ADD COLUMN called_back_at BIGINT;

