-- What the database refuses by itself, on PostgreSQL.
CREATE OR REPLACE FUNCTION refuse_journal_gap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.sequence <> COALESCE((SELECT MAX(sequence) + 1 FROM journal), 0) THEN
    RAISE EXCEPTION 'the journal has no gaps';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION refuse_smaller_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.size < OLD.size THEN
    RAISE EXCEPTION 'the log only grows';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER journal_head_only_grows BEFORE UPDATE ON journal_head
FOR EACH ROW EXECUTE FUNCTION refuse_smaller_log();
CREATE FUNCTION refuse_tile_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a full tile does not change'; END $$;
CREATE TRIGGER log_tile_is_full BEFORE UPDATE OR DELETE ON log_tile
FOR EACH ROW EXECUTE FUNCTION refuse_tile_change();
