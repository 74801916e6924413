-- What search holds of an entry is put together from its own subjects to their names. SQLite, left to choose, read all
-- names of a server for each of its entries, which made an import of many names take the square of their number.
DROP VIEW entry_document;
CREATE VIEW entry_document AS
SELECT
    e.id,
    e.source_id,
    'g' || e.guild_id || ' k' || e.kind || ' s' || e.source_id || ifnull(' p' || e.speaker_id, '') AS facet,
    (
        SELECT group_concat(DISTINCT n.text)
        FROM entry_subject AS es CROSS JOIN name AS n INDEXED BY name_subject ON n.subject_id = es.subject_id
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
