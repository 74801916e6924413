-- Scheduled digests and the ledger of their editions. Times are Unix seconds, UTC.

-- zone and wall_time are the truth; next_due_at is derived from them, NULL where nothing is due any more.
-- settled_at is the newest due moment that the ledger has dealt with; nothing due before since_at is ever made up.
CREATE TABLE digest (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id INTEGER NOT NULL CHECK (guild_id > 0),
    channel_id INTEGER NOT NULL,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    zone TEXT NOT NULL,
    wall_time TEXT NOT NULL CHECK (wall_time GLOB '[0-2][0-9]:[0-5][0-9]'),
    days TEXT NOT NULL,
    catch_up TEXT NOT NULL DEFAULT 'latest' CHECK (catch_up IN ('skip', 'latest', 'all')),
    window_minutes INTEGER NOT NULL DEFAULT 360 CHECK (window_minutes BETWEEN 5 AND 10080),
    stats INTEGER NOT NULL DEFAULT 2 CHECK (stats BETWEEN 0 AND 5),
    quotes INTEGER NOT NULL DEFAULT 2 CHECK (quotes BETWEEN 0 AND 5),
    events INTEGER NOT NULL DEFAULT 1 CHECK (events BETWEEN 0 AND 5),
    corrections INTEGER NOT NULL DEFAULT 1 CHECK (corrections IN (0, 1)),
    only_new INTEGER NOT NULL DEFAULT 0 CHECK (only_new IN (0, 1)),
    subjects TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(subjects)),
    introduction TEXT NOT NULL DEFAULT '' CHECK (length(introduction) <= 1000),
    role_id INTEGER NOT NULL DEFAULT 0,
    thread INTEGER NOT NULL DEFAULT 0 CHECK (thread IN (0, 1)),
    created_by INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    paused_at INTEGER,
    paused_reason TEXT NOT NULL DEFAULT '',
    deleted_at INTEGER,
    since_at INTEGER NOT NULL,
    settled_at INTEGER NOT NULL,
    next_due_at INTEGER,
    CHECK (stats + quotes + events + corrections > 0)
) STRICT;
CREATE INDEX digest_due ON digest (next_due_at) WHERE deleted_at IS NULL AND paused_at IS NULL;
CREATE INDEX digest_guild ON digest (guild_id, id);

-- The ledger: one row for each due moment of a digest, written before anything is posted.
-- due: to be posted; posting: claimed by a process until lease_until; then one of the rest, for good.
-- content is what is posted and number what it is called, settled at the claim, so that every attempt posts the same.
-- tried_at is when the first attempt began that may have posted it, 0 if none may have; what it posted would be newer
-- than the message after_id. follow_up is what is left to do once it is posted (thread) or failed (tell).
CREATE TABLE digest_edition (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    digest_id INTEGER NOT NULL REFERENCES digest (id),
    guild_id INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('due', 'posting', 'posted', 'skipped', 'failed')),
    number INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    claimed_by TEXT NOT NULL DEFAULT '',
    lease_until INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL DEFAULT 0,
    tried_at INTEGER NOT NULL DEFAULT 0,
    after_id INTEGER NOT NULL DEFAULT 0,
    content TEXT CHECK (content IS NULL OR json_valid(content)),
    channel_id INTEGER,
    message_id INTEGER,
    posted_at INTEGER,
    reason TEXT NOT NULL DEFAULT '',
    follow_up TEXT NOT NULL DEFAULT '' CHECK (follow_up IN ('', 'thread', 'tell')),
    UNIQUE (digest_id, due_at),
    CHECK ((state = 'posted') = (message_id IS NOT NULL))
) STRICT;
CREATE INDEX edition_waiting ON digest_edition (due_at, id) WHERE state IN ('due', 'posting');
CREATE INDEX edition_follow_up ON digest_edition (due_at, id) WHERE follow_up <> '';
CREATE INDEX edition_guild ON digest_edition (guild_id);

-- What a digest has carried in its present round; a round ends when everything has been carried.
CREATE TABLE digest_carried (
    digest_id INTEGER NOT NULL REFERENCES digest (id),
    entry_id INTEGER NOT NULL REFERENCES entry (id),
    PRIMARY KEY (digest_id, entry_id)
) STRICT, WITHOUT ROWID;

-- The processes that post, so that they share what Discord allows for one bot.
CREATE TABLE poster (
    process TEXT PRIMARY KEY,
    seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
