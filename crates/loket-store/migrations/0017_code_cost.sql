-- What the slow hash of an activation code costs, kept with the code: those before were of 19 MiB in two passes.
ALTER TABLE invitation ADD COLUMN code_cost TEXT NOT NULL DEFAULT 'm19456t2';
