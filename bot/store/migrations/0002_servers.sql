-- What servers add, correct, hide and decide, with its history. Times are Unix seconds, UTC.

-- A server's own version of a shared entry; that one is then in `hidden` for the server.
ALTER TABLE entry ADD COLUMN corrects INTEGER REFERENCES entry (id);
CREATE UNIQUE INDEX entry_correction ON entry (corrects, guild_id) WHERE corrects IS NOT NULL AND deleted_at IS NULL;
-- What a person added; of what packs brought, this holds nothing.
CREATE INDEX entry_added_by ON entry (added_by) WHERE added_by IS NOT NULL;

-- Shared entries that a server does not show, because it hides or corrects them.
CREATE TABLE hidden (
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    entry_id INTEGER NOT NULL REFERENCES entry (id),
    PRIMARY KEY (guild_id, entry_id)
) STRICT, WITHOUT ROWID;

-- A name that a server gave a subject is searched for in its own entries only: other servers search the shared ones.
DROP VIEW entry_document;
CREATE VIEW entry_document AS
SELECT
    e.id,
    e.source_id,
    'g' || e.guild_id || ' k' || e.kind || ' s' || e.source_id || ifnull(' p' || e.speaker_id, '') AS facet,
    (
        SELECT group_concat(DISTINCT n.text)
        FROM entry_subject AS es JOIN name AS n ON n.subject_id = es.subject_id
        WHERE es.entry_id = e.id AND n.rank < 2 AND n.guild_id IN (0, e.guild_id)
    ) AS subjects,
    trim(ifnull(e.title || '. ', '') || e.statement) AS statement,
    e.words,
    trim(
        ifnull(e.role || ' ', '') || ifnull(e.value || ' ', '') || ifnull(e.unit || ' ', '')
        || ifnull(e.said_where || ' ', '') || ifnull(e.said_when || ' ', '') || ifnull(e.date_printed || ' ', '')
        || e.note
    ) AS context,
    s.label AS source
FROM entry AS e JOIN source AS s ON s.id = e.source_id
WHERE e.deleted_at IS NULL;

CREATE TABLE guild_setting (
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (guild_id, key)
) STRICT, WITHOUT ROWID;

-- Every change by a person, never changed itself but for the erasure of who it was.
-- before and after are JSON objects of text fields; NULL where there was or is nothing. actor_id 0 is somebody erased.
CREATE TABLE revision (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    target TEXT NOT NULL CHECK (target IN ('entry', 'source', 'subject', 'suggestion', 'setting')),
    target_id INTEGER NOT NULL,
    action TEXT NOT NULL,
    actor_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    before TEXT CHECK (before IS NULL OR json_valid(before)),
    after TEXT CHECK (after IS NULL OR json_valid(after))
) STRICT;
CREATE INDEX revision_target ON revision (guild_id, target, target_id, id);
CREATE INDEX revision_actor ON revision (actor_id, id);

-- What a form holds until it is saved, so that neither a fault nor a restart loses it.
-- target_id is the entry that is edited or the suggestion that is reviewed; base is its last revision then.
CREATE TABLE draft (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    author_id INTEGER NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('add', 'edit', 'suggest', 'review')),
    kind TEXT NOT NULL CHECK (kind IN ('stat', 'quote', 'event')),
    target_id INTEGER NOT NULL DEFAULT 0,
    base INTEGER NOT NULL DEFAULT 0,
    fields TEXT NOT NULL CHECK (json_valid(fields)),
    updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX draft_age ON draft (updated_at);

CREATE TABLE suggestion (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    member_id INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('stat', 'quote', 'event')),
    fields TEXT NOT NULL CHECK (json_valid(fields)),
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'approved', 'rejected', 'withdrawn')),
    suggested_at INTEGER NOT NULL,
    decided_by INTEGER,
    decided_at INTEGER,
    reason TEXT NOT NULL DEFAULT '',
    entry_id INTEGER REFERENCES entry (id),
    -- the card in the review channel, once it is posted
    channel_id INTEGER,
    message_id INTEGER,
    CHECK ((status IN ('approved', 'rejected')) = (decided_at IS NOT NULL)),
    CHECK (status <> 'approved' OR entry_id IS NOT NULL)
) STRICT;
CREATE INDEX suggestion_queue ON suggestion (guild_id, status, id);
CREATE INDEX suggestion_member ON suggestion (member_id, id);

CREATE TABLE suggestion_support (
    suggestion_id INTEGER NOT NULL REFERENCES suggestion (id) ON DELETE CASCADE,
    member_id INTEGER NOT NULL,
    PRIMARY KEY (suggestion_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX support_member ON suggestion_support (member_id);

-- Where an entry was shown, so that a correction can follow it. ask is the custom_id that shows the card again.
CREATE TABLE posted (
    entry_id INTEGER NOT NULL REFERENCES entry (id),
    guild_id INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    ask TEXT NOT NULL,
    posted_at INTEGER NOT NULL,
    PRIMARY KEY (entry_id, guild_id, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX posted_age ON posted (posted_at);

-- A member's message that was saved as a quote: what a person can have erased.
CREATE TABLE quoted_member (
    entry_id INTEGER PRIMARY KEY REFERENCES entry (id),
    member_id INTEGER NOT NULL
) STRICT;
CREATE INDEX quoted_member_member ON quoted_member (member_id);

-- Servers that the bot was removed from; their data goes when the operator's grace period is over.
CREATE TABLE departed (
    guild_id INTEGER PRIMARY KEY,
    left_at INTEGER NOT NULL
) STRICT;
