-- Which edition has carried an entry: one that is not posted after all gives its entries back to the round.
-- NULL for what was carried before this was noted.
ALTER TABLE digest_carried ADD COLUMN edition_id INTEGER REFERENCES digest_edition (id);
CREATE INDEX carried_by ON digest_carried (edition_id);

-- A digest of new entries only carries what was added after this moment and was not carried yet.
ALTER TABLE digest ADD COLUMN new_since INTEGER NOT NULL DEFAULT 0;
UPDATE digest SET new_since = created_at;
