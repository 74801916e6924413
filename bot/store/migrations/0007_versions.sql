-- All versions that a server has had of a shared entry, also those that it has removed: their history is one.
CREATE INDEX entry_version ON entry (corrects, guild_id) WHERE corrects IS NOT NULL;
