-- What people searched for is not kept: of a search, only that it was one, by whom, and its page.
UPDATE posted SET ask = (
    WITH RECURSIVE dot (number, place) AS (
        SELECT 1, instr(posted.ask, '.')
        UNION ALL
        SELECT number + 1, place + instr(substr(posted.ask, place + 1), '.') FROM dot WHERE number < 6
    )
    SELECT substr(posted.ask, 1, place) FROM dot WHERE number = 6
) WHERE ask GLOB 'ask:s*';
-- Quotations that were asked for by words: shown as a list from now on.
UPDATE posted SET ask = 'ask:s' || substr(ask, 6, instr(ask, '.') - 5) || '.....' WHERE ask GLOB 'ask:q*.*.*.*.*.*.?*';
