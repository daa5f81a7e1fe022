-- What the database refuses by itself, on SQLite: an event goes, or loses its contents, only below the
-- minimum.
DROP TRIGGER journal_is_append_only_update;
CREATE TRIGGER journal_is_append_only_update BEFORE UPDATE ON journal
WHEN OLD.sequence >= (SELECT minimum FROM journal_head WHERE id = 1)
  OR NEW.sequence <> OLD.sequence OR NEW.id <> OLD.id OR NEW.at <> OLD.at OR NEW.kind <> OLD.kind
  OR NEW.leaf <> OLD.leaf OR LENGTH(NEW.sealed) > 0
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
DROP TRIGGER journal_is_append_only_delete;
CREATE TRIGGER journal_is_append_only_delete BEFORE DELETE ON journal
WHEN OLD.sequence >= (SELECT minimum FROM journal_head WHERE id = 1)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
DROP TRIGGER journal_head_only_grows;
CREATE TRIGGER journal_head_only_grows BEFORE UPDATE ON journal_head
WHEN NEW.size < OLD.size OR NEW.minimum < OLD.minimum
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
DROP TRIGGER log_tile_is_full_delete;
CREATE TRIGGER log_tile_is_full_delete BEFORE DELETE ON log_tile
WHEN OLD.level > 0 OR (OLD.position + 1) * 256 > (SELECT minimum FROM journal_head WHERE id = 1)
BEGIN SELECT RAISE(ABORT, 'a full tile does not change'); END;
