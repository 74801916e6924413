-- How an entry looks in a message, so that only messages that show it otherwise than it is now are corrected:
-- a mark of all that is said of it there, '' where it is not shown any more, NULL where that is not known.
ALTER TABLE posted ADD COLUMN look TEXT;
