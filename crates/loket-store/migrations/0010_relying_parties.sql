-- Using keys: relying parties, what people agreed to tell them, sign-ins, the keys that sign, and the
-- states of keys that are handed over to the federal authentication service.

CREATE TABLE relying_party (
  id BYTES NOT NULL PRIMARY KEY,
  client TEXT NOT NULL UNIQUE,
  registered TEXT NOT NULL,
  registered_at BIGINT NOT NULL,
  ended_at BIGINT,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE claims_consent (
  person_id BYTES NOT NULL REFERENCES person (id),
  relying_party_id BYTES NOT NULL REFERENCES relying_party (id),
  claims TEXT NOT NULL,
  given_at BIGINT NOT NULL,
  withdrawn_at BIGINT,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED,
  PRIMARY KEY (person_id, relying_party_id)
) STRICT;

-- Code and access token are kept as digests. A token without an exchanged code cannot be.
CREATE TABLE party_sign_in (
  id BYTES NOT NULL PRIMARY KEY,
  relying_party_id BYTES NOT NULL REFERENCES relying_party (id),
  person_id BYTES NOT NULL REFERENCES person (id),
  key_id BYTES NOT NULL REFERENCES digital_key (id),
  code_digest BYTES NOT NULL UNIQUE,
  code_until BIGINT NOT NULL,
  granted TEXT NOT NULL,
  exchanged_at BIGINT,
  token_digest BYTES UNIQUE,
  token_until BIGINT,
  revoked_at BIGINT,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED,
  CHECK ((exchanged_at IS NULL) = (token_digest IS NULL)),
  CHECK ((token_digest IS NULL) = (token_until IS NULL))
) STRICT;
CREATE INDEX party_sign_in_by_person ON party_sign_in (person_id, relying_party_id);
CREATE INDEX party_sign_in_by_end ON party_sign_in (code_until);

CREATE TABLE signing_key (
  kid TEXT NOT NULL PRIMARY KEY,
  public TEXT NOT NULL,
  private BYTES NOT NULL,
  made_at BIGINT NOT NULL,
  signs_from BIGINT NOT NULL,
  withdrawn_at BIGINT,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE announcement (
  id BYTES NOT NULL PRIMARY KEY,
  key_id BYTES NOT NULL REFERENCES digital_key (id),
  payload BYTES,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'handed_over', 'dropped')),
  created_at BIGINT NOT NULL,
  next_attempt_at BIGINT NOT NULL,
  leased_until BIGINT NOT NULL,
  leased_by TEXT,
  attempts BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  cause TEXT,
  set_apart_at BIGINT,
  event_id BYTES NOT NULL REFERENCES journal (id) DEFERRABLE INITIALLY DEFERRED,
  CHECK ((state = 'waiting') = (payload IS NOT NULL))
) STRICT;
CREATE INDEX announcement_by_state ON announcement (state, next_attempt_at);
