-- Who outside the installation attests heads of the log, and when that was last done: cosignatures of
-- witnesses stand in the note of a checkpoint, a time-stamp beside it.
ALTER TABLE log_checkpoint ADD COLUMN cosigned_at BIGINT;
ALTER TABLE log_checkpoint ADD COLUMN stamped_at BIGINT;
CREATE INDEX log_checkpoint_by_cosigned ON log_checkpoint (cosigned_at) WHERE cosigned_at IS NOT NULL;
CREATE INDEX log_checkpoint_by_stamped ON log_checkpoint (stamped_at) WHERE stamped_at IS NOT NULL;

-- The attesters that the configuration names, and what came of asking each.
CREATE TABLE log_attester (
  kind TEXT NOT NULL CHECK (kind IN ('witness', 'authority')),
  name TEXT NOT NULL,
  needed BIGINT NOT NULL CHECK (needed >= 0),
  since BIGINT NOT NULL,
  attested_at BIGINT,
  size BIGINT,
  fault TEXT CHECK (fault IN ('unreachable', 'no_answer', 'refused', 'wrong')),
  fault_since BIGINT,
  PRIMARY KEY (kind, name)
) STRICT;
