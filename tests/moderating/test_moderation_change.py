"""Entries that moderators edit, remove, hide and give a status: their own, and versions of shared ones."""

from __future__ import annotations

from typing import Any

from town import (
    COLLEAGUE,
    HERE,
    LATER,
    NOW,
    QUOTE,
    STAT,
    changes,
    do,
    fields_of,
    latest,
    refused,
    search,
    shared,
    show,
)

from bot.answers.lookup import answer
from bot.errors import UserError
from bot.model import Ask, Command, Kind, Scope, Stat, Status
from bot.moderating import moderation
from bot.store import hidden, revisions
from bot.store.database import Database
from bot.writing.proof import NO_TEXT


async def test_a_shared_entry_gets_a_correction(town: Database) -> None:
    """An edit of a shared entry makes the server's own version, which is edited from then on by either id."""
    pier = await shared(town, "passengers")
    before = await fields_of(town, 5, pier)

    own, _ = await do(town, moderation.edit, HERE, pier, {"note": "We asked again."}, NOW)
    again, _ = await do(town, moderation.edit, COLLEAGUE, pier, {"note": "And again."}, LATER)

    assert own == again != pier
    here = await show(town, 5, pier)
    assert here is not None
    assert (here.id, here.note, here.corrects, here.status) == (own, "And again.", pier, Status.VERIFIED)
    elsewhere = await show(town, 6, pier)
    assert elsewhere is not None
    assert elsewhere.note == before["note"]
    assert await changes(town, 5, own) == [("edited", True, True), ("edited", True, True)]
    async with town.read() as conn:
        [_, first] = await revisions.select_of(conn, 5, "entry", own, limit=5)
    assert first.before == before
    found = await answer(town, Scope(5, 1), Ask(Command.STATS, about="Tarn County"))
    assert [entry.id for entry in found.entries] == [own]


async def test_nothing_is_written_where_nothing_changes(town: Database) -> None:
    """Saving a form as it was opened leaves no change, and no correction."""
    pier = await shared(town, "passengers")

    assert await do(town, moderation.edit, HERE, pier, await fields_of(town, 5, pier), NOW) == (pier, 0)
    assert await changes(town, 5, pier) == []


async def test_two_edits_of_one_state(town: Database) -> None:
    """Of two who edit from the same state the second is told who was faster, and when."""
    own = await do(town, moderation.add, HERE, Kind.STAT, STAT, NOW)
    base = await latest(town, 5, own)

    await do(town, moderation.edit, COLLEAGUE, own, {"note": "First."}, LATER, base=base)
    told = await refused(town, moderation.edit, HERE, own, {"note": "Second."}, LATER, base=base)

    assert told == f"<@502> changed #{own} <t:{int(LATER.timestamp())}:R>. Look at it again before you change it."
    assert (await fields_of(town, 5, own))["note"] == "First."


async def test_two_corrections_of_one_shared_entry(town: Database) -> None:
    """A shared entry has no change yet; still the second of two who correct it is told of the first."""
    pier = await shared(town, "passengers")
    async with town.read() as conn:
        base = await moderation.base_of(conn, 5, pier)

    own, _ = await do(town, moderation.edit, COLLEAGUE, pier, {"note": "First."}, LATER, base=base)
    told = await refused(town, moderation.edit, HERE, pier, {"note": "Second."}, LATER, base=base)
    async with town.read() as conn:
        base = await moderation.base_of(conn, 5, pier)
    await do(town, moderation.edit, HERE, pier, {"note": "Third."}, LATER, base=base)

    assert told.startswith(f"<@502> changed #{own} ")
    assert (await fields_of(town, 5, own))["note"] == "Third."


async def test_removed_and_restored(town: Database) -> None:
    """A removed entry is found by nothing, and comes back as it was."""
    own = await do(town, moderation.add, HERE, Kind.QUOTE, QUOTE | {"note": "Zanzibar."}, NOW)
    before = await fields_of(town, 5, own)

    await do(town, moderation.remove, HERE, own, NOW)
    assert await show(town, 5, own) is None
    assert await search(town, 5, "zanzibar") == []
    assert "removed already" in await refused(town, moderation.remove, HERE, own, NOW)
    assert "restore it first" in await refused(town, moderation.edit, HERE, own, {"note": ""}, NOW)

    await do(town, moderation.restore, HERE, own, NOW)
    assert await fields_of(town, 5, own) == before
    assert await search(town, 5, "zanzibar") == [own]
    assert "not removed" in await refused(town, moderation.restore, HERE, own, NOW)
    assert [action for action, *_ in await changes(town, 5, own)] == ["added", "removed", "restored"]


async def test_a_removed_correction(town: Database) -> None:
    """Without its correction a shared entry is shown again; of two corrections only one can be there."""
    pier = await shared(town, "passengers")
    first, _ = await do(town, moderation.edit, HERE, pier, {"note": "First."}, NOW)

    await do(town, moderation.remove, HERE, first, NOW)
    entry = await show(town, 5, pier)
    assert entry is not None
    assert entry.id == pier
    second, _ = await do(town, moderation.edit, HERE, pier, {"note": "Second."}, NOW)
    assert f"corrected by #{second}" in await refused(town, moderation.restore, HERE, first, NOW)
    await do(town, moderation.remove, HERE, second, NOW)
    await do(town, moderation.restore, HERE, first, NOW)

    entry = await show(town, 5, pier)
    assert entry is not None
    assert (entry.id, entry.note) == (first, "First.")


async def test_hidden_and_shown_again(town: Database) -> None:
    """A server can hide a shared entry, and no other is concerned; its own it removes instead."""
    pier = await shared(town, "passengers")
    own = await do(town, moderation.add, HERE, Kind.STAT, STAT, NOW)

    assert "hide it here instead" in await refused(town, moderation.remove, HERE, pier, NOW)
    await do(town, moderation.hide, HERE, pier, NOW)
    assert await show(town, 5, pier) is None
    assert await show(town, 6, pier) is not None
    assert "hidden already" in await refused(town, moderation.hide, HERE, pier, NOW)
    assert "remove it instead" in await refused(town, moderation.hide, HERE, own, NOW)

    await do(town, moderation.unhide, HERE, pier, NOW)
    assert await show(town, 5, pier) is not None
    assert "not hidden" in await refused(town, moderation.unhide, HERE, pier, NOW)
    assert await changes(town, 5, pier) == [("hidden", True, False), ("unhidden", False, True)]


async def test_a_status_is_given_and_stays(town: Database) -> None:
    """A status needs its reason; an edit keeps what a person gave, and proves anew what the bot had."""
    own = await do(town, moderation.add, HERE, Kind.STAT, STAT, NOW)

    assert "Say why" in await refused(town, moderation.set_status, HERE, own, Status.DISPUTED, " ", NOW)
    await do(town, moderation.set_status, HERE, own, Status.DISPUTED, "The office denies it.", NOW)
    await do(town, moderation.edit, HERE, own, {"figure": "1.4 million residents"}, NOW)
    entry = await show(town, 5, own)
    assert isinstance(entry, Stat)
    assert (entry.status, entry.status_reason) == (Status.DISPUTED, "The office denies it.")

    await do(town, moderation.set_status, HERE, own, Status.VERIFIED, "", NOW)
    await do(town, moderation.edit, HERE, own, {"source": "2"}, NOW)
    entry = await show(town, 5, own)
    assert entry is not None
    assert (entry.status, entry.status_reason) == (Status.UNVERIFIED, NO_TEXT)

    await do(town, moderation.set_status, HERE, own, Status.VERIFIED, "Checked on paper.", NOW)
    await do(town, moderation.edit, HERE, own, {"note": "On paper."}, NOW)
    entry = await show(town, 5, own)
    assert entry is not None
    assert (entry.status, entry.status_reason) == (Status.VERIFIED, "Checked on paper.")
    assert [action for action, *_ in await changes(town, 5, own)].count("status") == 3


async def test_a_status_of_a_shared_entry(town: Database) -> None:
    """The status of a shared entry is this server's, as a correction; what it says stays word for word."""
    pier = await shared(town, "passengers")
    before = await fields_of(town, 5, pier)

    own, _ = await do(town, moderation.set_status, HERE, pier, Status.RETRACTED, "The office took it back.", NOW)

    changed = {"status": "retracted", "status_reason": "The office took it back."}
    assert await fields_of(town, 5, own) == before | changed
    assert await fields_of(town, 6, pier) == before


async def test_all_or_nothing(town: Database) -> None:
    """What fails on the way leaves nothing behind: no subject, no entry, no hidden one."""
    pier = await shared(town, "passengers")

    async def fail(conn: Any) -> None:
        await moderation.edit(conn, HERE, pier, {"about": "Tarn County; Rowing club", "note": "Ours."}, NOW)
        raise UserError("No.")

    await refused(town, fail)

    async with town.read() as conn:
        assert not await hidden.exists(conn, 5, pier)
        assert not list(await conn.execute_fetchall("SELECT 1 FROM subject WHERE guild_id = 5"))
    assert await search(town, 5, "ours") == []
