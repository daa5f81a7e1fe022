-- The post at which somebody works: SHA-256 of a random mark that its browser keeps. A second officer
-- confirms at another one.
ALTER TABLE session ADD COLUMN post BYTES;
ALTER TABLE second_check ADD COLUMN called_at_post BYTES;
