-- All versions that a server has had of a shared entry, also those that it has removed: their history is one.
CREATE INDEX entry_version ON entry (corrects, guild_id) WHERE corrects IS NOT NULL;
-- What a server has removed, newest first: it can be restored from a list.
CREATE INDEX entry_removed ON entry (guild_id, deleted_at) WHERE deleted_at IS NOT NULL AND guild_id > 0;
