-- Names are looked up by what bot/names.py makes of them today; it says which functions SQL can call.
-- Only subjects are touched of which a key changes: of most stores, none.
CREATE TABLE rekeyed_subject AS
SELECT DISTINCT guild_id, subject_id FROM name WHERE rank < 2 AND key <> name_key(text) AND name_key(text) <> '';
CREATE TABLE rekeyed_name AS
SELECT n.id, n.guild_id, n.key, n.rank, n.subject_id, n.is_measure, n.text, name_key(n.text) AS new_key
FROM rekeyed_subject AS r CROSS JOIN name AS n INDEXED BY name_subject ON n.subject_id = r.subject_id
WHERE n.guild_id = r.guild_id;
CREATE INDEX rekeyed_name_whole ON rekeyed_name (subject_id, guild_id);
CREATE TABLE rekeyed_source AS
SELECT ns.source_id, ns.name_id FROM rekeyed_name AS r CROSS JOIN name_source AS ns ON ns.name_id = r.id;

DELETE FROM name WHERE id IN (SELECT id FROM rekeyed_name);
-- Spellings of one subject that now have one key become one row, the oldest.
INSERT OR IGNORE INTO name (id, guild_id, key, rank, subject_id, is_measure, text)
SELECT id, guild_id, iif(new_key = '', key, new_key), rank, subject_id, is_measure, text
FROM rekeyed_name WHERE rank < 2 ORDER BY id;
CREATE TABLE rekeyed_ending AS
SELECT r.id, r.guild_id, ending.value AS key, r.subject_id, r.is_measure, r.text
FROM rekeyed_name AS r JOIN subject AS s ON s.id = r.subject_id,
    json_each(name_endings(s.kind, iif(r.new_key = '', r.key, r.new_key))) AS ending
WHERE r.rank < 2;
INSERT OR IGNORE INTO name (guild_id, key, rank, subject_id, is_measure, text)
SELECT guild_id, key, 2, subject_id, is_measure, text FROM rekeyed_ending ORDER BY id;
-- What sources brought, they still bring.
INSERT OR IGNORE INTO name_source (source_id, name_id)
SELECT rs.source_id, n.id
FROM rekeyed_source AS rs JOIN rekeyed_name AS r ON r.id = rs.name_id
    JOIN name AS n ON n.guild_id = r.guild_id AND n.key = iif(r.new_key = '', r.key, r.new_key)
        AND n.rank = r.rank AND n.subject_id = r.subject_id
WHERE r.rank < 2
UNION ALL
SELECT rs.source_id, n.id
FROM rekeyed_source AS rs JOIN rekeyed_ending AS e ON e.id = rs.name_id
    JOIN name AS n ON n.guild_id = e.guild_id AND n.key = e.key AND n.rank = 2 AND n.subject_id = e.subject_id;

-- Typing mistakes are found by the words of these keys. A word stays while the key of any server's name begins with it.
CREATE TABLE rekeyed_word AS
SELECT DISTINCT word.value AS word
FROM rekeyed_name AS r, json_each('["' || replace(r.key, ' ', '","') || '"]') AS word;
WITH RECURSIVE server (id) AS (
    SELECT 0 UNION ALL
    SELECT (SELECT min(guild_id) FROM name WHERE guild_id > server.id) FROM server WHERE id IS NOT NULL
)
DELETE FROM rekeyed_word WHERE EXISTS (
    SELECT 1 FROM server CROSS JOIN name AS n
    WHERE n.guild_id = server.id AND n.key >= word AND n.key < word || char(0x10FFFF)
);
DELETE FROM typo WHERE (key, word) IN (
    SELECT typo_key.value, w.word FROM rekeyed_word AS w, json_each(typo_keys(w.word)) AS typo_key
);
INSERT OR IGNORE INTO typo (key, word)
SELECT typo_key.value, w.word
FROM (
    SELECT DISTINCT word.value AS word
    FROM rekeyed_name AS r, json_each('["' || replace(r.new_key, ' ', '","') || '"]') AS word
    WHERE r.rank < 2 AND r.new_key <> ''
) AS w, json_each(typo_keys(w.word)) AS typo_key;

DROP TABLE rekeyed_word;
DROP TABLE rekeyed_ending;
DROP TABLE rekeyed_source;
DROP TABLE rekeyed_name;
DROP TABLE rekeyed_subject;

-- A webhook is known again by the letters of its name; one that was renamed here since keeps its key.
UPDATE OR IGNORE subject SET key = 'webhook:' || name_letters(name)
WHERE guild_id > 0 AND substr(key, 1, 8) = 'webhook:' AND name_key(substr(key, 9)) = name_key(name);

-- Marks are letters of most scripts. `folded` holds what FTS5 does not find by itself (see bot/store/indexing.py).
DROP TABLE entry_fts;
CREATE VIRTUAL TABLE entry_fts USING fts5 (
    facet, subjects, statement, words, context, source, folded,
    tokenize = "porter unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
);
-- Relevance: a name weighs most, then the words themselves, then what stands around them.
INSERT INTO entry_fts (entry_fts, rank) VALUES ('rank', 'bm25(0, 4, 2, 2, 1, 0.5, 2)');
INSERT INTO entry_fts (rowid, facet, subjects, statement, words, context, source, folded)
SELECT id, facet, subjects, statement, words, context, source, folded_terms(subjects, statement, words, context, source)
FROM entry_document;
