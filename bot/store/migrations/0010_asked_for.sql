-- Whether a moderator has asked for an edition, besides those that are due by themselves.
ALTER TABLE digest_edition ADD COLUMN asked_for INTEGER NOT NULL DEFAULT 0 CHECK (asked_for IN (0, 1));
