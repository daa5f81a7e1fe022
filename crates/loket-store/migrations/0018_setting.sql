-- What the configuration of each server said when it started last: a keyed digest of each setting, by which a
-- change is seen and recorded.
CREATE TABLE setting (
  node TEXT NOT NULL,
  name TEXT NOT NULL,
  digest BYTES NOT NULL CHECK (LENGTH(digest) = 32),
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (node, name)
) STRICT;
CREATE INDEX setting_by_event ON setting (event_id);
