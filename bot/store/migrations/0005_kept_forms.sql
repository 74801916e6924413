-- What was typed into a form and has no room in a button is kept like a draft. It has no kind: what form it is for,
-- stands in its fields. SQLite cannot change a CHECK, so that the table is made anew; its ids go on where they were.
CREATE TABLE draft_anew (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    author_id INTEGER NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('add', 'edit', 'suggest', 'review', 'form')),
    kind TEXT NOT NULL CHECK (kind IN ('stat', 'quote', 'event') OR purpose = 'form'),
    target_id INTEGER NOT NULL DEFAULT 0,
    base INTEGER NOT NULL DEFAULT 0,
    fields TEXT NOT NULL CHECK (json_valid(fields)),
    updated_at INTEGER NOT NULL
) STRICT;
INSERT INTO draft_anew SELECT id, guild_id, author_id, purpose, kind, target_id, base, fields, updated_at FROM draft;
DELETE FROM sqlite_sequence WHERE name = 'draft_anew';
INSERT INTO sqlite_sequence (name, seq) SELECT 'draft_anew', seq FROM sqlite_sequence WHERE name = 'draft';
DROP TABLE draft;
ALTER TABLE draft_anew RENAME TO draft;
CREATE INDEX draft_age ON draft (updated_at);
