-- Whether the text of a source, its length and its SHA-256 are only what a moderator's file said: it proves nothing.
ALTER TABLE source ADD COLUMN text_from_file INTEGER NOT NULL DEFAULT 0 CHECK (text_from_file IN (0, 1));
-- The texts that moderators' files may have brought before this was noted. The actor 1 is the operator.
UPDATE source SET text_from_file = 1
WHERE guild_id > 0 AND sha256 <> '' AND EXISTS (
    SELECT 1 FROM revision AS r
    WHERE r.guild_id = source.guild_id AND r.target = 'source' AND r.target_id = source.id
        AND r.action = 'imported' AND r.actor_id <> 1
);
