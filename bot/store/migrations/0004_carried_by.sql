-- Which edition has carried an entry: one that is not posted after all gives its entries back to the round.
-- NULL for what was carried before this was noted.
ALTER TABLE digest_carried ADD COLUMN edition_id INTEGER REFERENCES digest_edition (id);
CREATE INDEX carried_by ON digest_carried (edition_id);
