"""What the names in an entry mean: those of a store with a town, and new ones."""

from __future__ import annotations

from town import HERE, NOW, QUOTE, do

from bot.model import Kind, SubjectKind
from bot.moderating import moderation
from bot.store import subjects
from bot.store.database import Database


async def meant(db: Database, **fields: str) -> dict[str, tuple[SubjectKind, str]]:
    """Add a quotation and return its subjects by their relation: of several it is about, the first."""
    entry_id = await do(db, moderation.add, HERE, Kind.QUOTE, QUOTE | fields, NOW)
    async with db.read() as conn:
        found = await subjects.select_of(conn, entry_id)
    return {relation: (one.kind, one.name) for relation, one in reversed(found)}


async def test_a_place_does_not_speak(town: Database) -> None:
    """A speaker named like a place is a person; where it is about nothing else, it is about that person."""
    named = await meant(town, speaker="Tarn County", about="Ferry")
    alone = await meant(town, speaker="Tarn County", about="")

    assert named["speaker"] == (SubjectKind.PERSON, "Tarn County")
    assert alone["speaker"] == alone["about"] == (SubjectKind.PERSON, "Tarn County")


async def test_the_place_stays_what_others_are_about(town: Database) -> None:
    """What names the place as its subject means the place."""
    assert (await meant(town, about="Tarn County"))["about"] == (SubjectKind.PLACE, "Tarn County")


async def test_an_organization_speaks(town: Database) -> None:
    """A speaker may be an organization."""
    assert (await meant(town, speaker="Harbor Survey Office"))["speaker"][0] is SubjectKind.ORGANIZATION
