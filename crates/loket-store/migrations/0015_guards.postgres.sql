-- What the database refuses by itself, on PostgreSQL: an event goes, or loses its contents, only below the
-- minimum.
CREATE OR REPLACE FUNCTION refuse_journal_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    RAISE EXCEPTION 'the journal is append-only';
  END IF;
  IF OLD.sequence >= (SELECT minimum FROM journal_head WHERE id = 1) THEN
    RAISE EXCEPTION 'the journal is append-only';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  IF NEW.sequence <> OLD.sequence OR NEW.id <> OLD.id OR NEW.at <> OLD.at OR NEW.kind <> OLD.kind
     OR NEW.leaf <> OLD.leaf OR LENGTH(NEW.sealed) > 0 THEN
    RAISE EXCEPTION 'the journal is append-only';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION refuse_smaller_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.size < OLD.size OR NEW.minimum < OLD.minimum THEN
    RAISE EXCEPTION 'the log only grows';
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION refuse_tile_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' OR OLD.level > 0
     OR (OLD.position + 1) * 256 > (SELECT minimum FROM journal_head WHERE id = 1) THEN
    RAISE EXCEPTION 'a full tile does not change';
  END IF;
  RETURN OLD;
END $$;
