-- Entries of a kind in the order of their random numbers: a digest chooses from a sample of them where there are very many.
-- It serves random quotations as well.
CREATE INDEX entry_sample ON entry (guild_id, kind, shuffle) WHERE deleted_at IS NULL;
DROP INDEX quote_shuffle;
