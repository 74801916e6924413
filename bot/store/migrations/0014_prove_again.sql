-- Entries that have to be proven once more. Earlier versions let a moderator’s file call what it brought verified. So
-- this begins with every entry of a server that the text of its source is said to bear out.
CREATE TABLE prove_again (entry_id INTEGER PRIMARY KEY REFERENCES entry (id) ON DELETE CASCADE) STRICT;
-- The operator vouches for what only they have brought. The actor 1 is the operator.
INSERT INTO prove_again (entry_id)
SELECT e.id FROM entry AS e
WHERE e.guild_id > 0 AND e.status = 'verified' AND e.status_reason = '' AND ifnull(
    (
        SELECT max(r.actor_id <> 1) FROM revision AS r
        WHERE r.guild_id = e.guild_id AND r.target = 'entry' AND r.target_id = e.id AND r.action = 'imported'
    ),
    1
);
