-- Who of the transport team looked at a photograph; none while only the firm that sent it did.
ALTER TABLE photos ADD COLUMN looked_by BIGINT REFERENCES users (id);
