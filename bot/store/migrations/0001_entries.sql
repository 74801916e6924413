-- The store of sources, subjects and entries, and what finds them.
-- guild_id 0 is "shared": what packs bring and every server sees. Times are Unix seconds, UTC.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Grows with every change of content; see Database.edition().
CREATE TABLE edition (number INTEGER NOT NULL) STRICT;
INSERT INTO edition (number) VALUES (0);

CREATE TABLE source (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER NOT NULL DEFAULT 0,
    key TEXT NOT NULL,
    label TEXT NOT NULL CHECK (length(label) BETWEEN 1 AND 100),
    sha256 TEXT NOT NULL DEFAULT '',
    length INTEGER NOT NULL DEFAULT 0,
    text TEXT,
    pack_digest TEXT NOT NULL DEFAULT '',
    UNIQUE (guild_id, key)
) STRICT;

CREATE TABLE source_fact (
    source_id INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    field TEXT NOT NULL CHECK (field IN ('title', 'publisher', 'author', 'url', 'published')),
    value TEXT NOT NULL,
    known TEXT NOT NULL CHECK (known IN ('stated', 'inferred', 'not stated')),
    reason TEXT NOT NULL,
    PRIMARY KEY (source_id, field),
    CHECK ((known = 'not stated') = (value = ''))
) STRICT, WITHOUT ROWID;

CREATE TABLE subject (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER NOT NULL DEFAULT 0,
    key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('person', 'place', 'organization', 'topic', 'measure')),
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    description TEXT NOT NULL DEFAULT '',
    UNIQUE (guild_id, key)
) STRICT;

-- Every spelling that a subject answers to, once, however many sources bring it.
-- rank: 0 its name, 1 an alias, 2 the ending of a name or alias.
CREATE TABLE name (
    id INTEGER PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    rank INTEGER NOT NULL CHECK (rank BETWEEN 0 AND 2),
    subject_id INTEGER NOT NULL REFERENCES subject (id) ON DELETE CASCADE,
    is_measure INTEGER NOT NULL CHECK (is_measure IN (0, 1)),
    text TEXT NOT NULL,
    UNIQUE (guild_id, key, rank, subject_id)
) STRICT;
-- What has been typed so far is completed to whole names first, in the order of these.
CREATE INDEX name_beginning ON name (guild_id, rank, key, subject_id);
CREATE INDEX measure_beginning ON name (guild_id, rank, key, subject_id) WHERE is_measure = 1;
CREATE INDEX name_subject ON name (subject_id);

-- A spelling stays while a source has it, so that rebuilding one pack leaves another's aliases alone.
CREATE TABLE name_source (
    source_id INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    name_id INTEGER NOT NULL REFERENCES name (id) ON DELETE CASCADE,
    PRIMARY KEY (source_id, name_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX name_source_name ON name_source (name_id);
CREATE TRIGGER name_unsourced AFTER DELETE ON name_source
WHEN NOT EXISTS (SELECT 1 FROM name_source WHERE name_id = OLD.name_id)
BEGIN
    DELETE FROM name WHERE id = OLD.name_id;
END;

-- The words of names under their typo keys (see bot/names.py).
CREATE TABLE typo (
    key TEXT NOT NULL,
    word TEXT NOT NULL,
    PRIMARY KEY (key, word)
) STRICT, WITHOUT ROWID;

CREATE TABLE entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER NOT NULL DEFAULT 0,
    source_id INTEGER NOT NULL REFERENCES source (id),
    key TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('stat', 'quote', 'event')),
    subject_id INTEGER NOT NULL REFERENCES subject (id),
    status TEXT NOT NULL DEFAULT 'verified'
        CHECK (status IN ('verified', 'unverified', 'disputed', 'corrected', 'retracted')),
    status_reason TEXT NOT NULL DEFAULT '',
    statement TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    passage_start INTEGER,
    passage_end INTEGER,
    added_by INTEGER,
    added_at INTEGER NOT NULL,
    deleted_at INTEGER,
    shuffle INTEGER NOT NULL DEFAULT (random()),
    -- stat
    measure_id INTEGER REFERENCES subject (id),
    value TEXT,
    unit TEXT,
    approximate INTEGER CHECK (approximate IN (0, 1)),
    basis TEXT CHECK (basis IN ('count', 'estimate', 'projection', 'not stated')),
    out_of TEXT,
    out_of_unit TEXT,
    out_of_approximate INTEGER CHECK (out_of_approximate IN (0, 1)),
    as_of TEXT,
    counter_id INTEGER REFERENCES subject (id),
    -- quote; U+001F stands between the parts of a broken quotation
    words TEXT,
    speaker_id INTEGER REFERENCES subject (id),
    role TEXT,
    said_where TEXT,
    said_when TEXT,
    -- event
    title TEXT,
    date TEXT,
    date_printed TEXT,
    date_inferred TEXT,
    UNIQUE (source_id, guild_id, key),
    CHECK (passage_start >= 0 AND passage_start < passage_end),
    CHECK (
        kind <> 'stat'
        OR (measure_id IS NOT NULL AND value IS NOT NULL AND unit IS NOT NULL AND approximate IS NOT NULL AND basis IS NOT NULL)
    ),
    CHECK (kind <> 'quote' OR (words IS NOT NULL AND speaker_id IS NOT NULL)),
    CHECK (kind <> 'event' OR (title IS NOT NULL AND date IS NOT NULL))
) STRICT;
CREATE INDEX entry_count ON entry (guild_id, kind, source_id) WHERE deleted_at IS NULL;
CREATE INDEX entry_shuffle ON entry (guild_id, shuffle) WHERE deleted_at IS NULL;
CREATE INDEX quote_shuffle ON entry (guild_id, shuffle) WHERE deleted_at IS NULL AND kind = 'quote';
CREATE INDEX event_date ON entry (guild_id, date || '~', id) WHERE deleted_at IS NULL AND kind = 'event';

-- Which entries belong to a subject, in the order in which they are shown; counting and paging read nothing else.
-- relation: about | measure | counter | speaker. position: 0 where the entry is mainly about the subject.
-- guild_id and deleted are the entry's own.
CREATE TABLE entry_subject (
    subject_id INTEGER NOT NULL REFERENCES subject (id),
    kind TEXT NOT NULL,
    guild_id INTEGER NOT NULL,
    relation TEXT NOT NULL CHECK (relation IN ('about', 'measure', 'counter', 'speaker')),
    position INTEGER NOT NULL,
    entry_id INTEGER NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    deleted INTEGER NOT NULL CHECK (deleted IN (0, 1)),
    PRIMARY KEY (subject_id, kind, guild_id, relation, position, entry_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX entry_subject_entry ON entry_subject (entry_id);
CREATE TRIGGER entry_deleted AFTER UPDATE OF deleted_at ON entry
WHEN (OLD.deleted_at IS NULL) <> (NEW.deleted_at IS NULL)
BEGIN
    UPDATE entry_subject SET deleted = NEW.deleted_at IS NOT NULL WHERE entry_id = NEW.id;
END;

-- facet holds g<guild> k<kind> s<source> p<speaker>, so that a filter costs no more than a word.
CREATE VIRTUAL TABLE entry_fts USING fts5 (
    facet, subjects, statement, words, context, source,
    tokenize = 'porter unicode61 remove_diacritics 2'
);
-- Relevance: a name weighs most, then the words themselves, then what stands around them.
INSERT INTO entry_fts (entry_fts, rank) VALUES ('rank', 'bm25(0, 4, 2, 2, 1, 0.5)');

-- What entry_fts holds of an entry; indexing is INSERT INTO entry_fts … SELECT … FROM entry_document.
CREATE VIEW entry_document AS
SELECT
    e.id,
    e.source_id,
    'g' || e.guild_id || ' k' || e.kind || ' s' || e.source_id || ifnull(' p' || e.speaker_id, '') AS facet,
    (
        SELECT group_concat(DISTINCT n.text)
        FROM entry_subject AS es JOIN name AS n ON n.subject_id = es.subject_id
        WHERE es.entry_id = e.id AND n.rank < 2
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

-- What a channel has been shown at random, until it has been shown everything. Entries are never deleted from the
-- file, so that no index by entry is kept: its scattered pages made up most of what a random quote cost.
CREATE TABLE shown (
    channel_id INTEGER NOT NULL,
    pool TEXT NOT NULL CHECK (pool IN ('quote', 'any')),
    entry_id INTEGER NOT NULL REFERENCES entry (id),
    PRIMARY KEY (channel_id, pool, entry_id)
) STRICT, WITHOUT ROWID;
