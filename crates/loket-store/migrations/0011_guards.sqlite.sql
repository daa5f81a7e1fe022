-- What the database refuses by itself, on SQLite.
DROP TRIGGER journal_has_no_gap;
CREATE TRIGGER journal_has_no_gap BEFORE INSERT ON journal
WHEN NEW.sequence <> COALESCE((SELECT MAX(sequence) + 1 FROM journal), 0)
BEGIN SELECT RAISE(ABORT, 'the journal has no gaps'); END;
CREATE TRIGGER journal_head_only_grows BEFORE UPDATE ON journal_head
WHEN NEW.size < OLD.size
BEGIN SELECT RAISE(ABORT, 'the log only grows'); END;
CREATE TRIGGER log_tile_is_full_update BEFORE UPDATE ON log_tile
BEGIN SELECT RAISE(ABORT, 'a full tile does not change'); END;
CREATE TRIGGER log_tile_is_full_delete BEFORE DELETE ON log_tile
BEGIN SELECT RAISE(ABORT, 'a full tile does not change'); END;
