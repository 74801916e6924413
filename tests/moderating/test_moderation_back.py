"""Whatever moderators did to an entry can be taken back, and that can be taken back too."""

from __future__ import annotations

from town import (
    COLLEAGUE,
    HERE,
    LATER,
    NOW,
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

from bot.model import Kind, Status
from bot.moderating import moderation
from bot.store.database import Database


async def test_each_change_can_be_taken_back(town: Database) -> None:
    """Whatever was done, its revision leads back to what was before, and that is in the history too."""
    own = await do(town, moderation.add, HERE, Kind.STAT, STAT, NOW)
    added = await latest(town, 5, own)
    first = await fields_of(town, 5, own)
    await do(town, moderation.edit, HERE, own, {"note": "New.", "about": "Ferry; Rowing club"}, NOW)
    edited = await latest(town, 5, own)
    await do(town, moderation.set_status, HERE, own, Status.DISPUTED, "Why.", NOW)
    disputed = await latest(town, 5, own)
    await do(town, moderation.remove, HERE, own, NOW)
    removed = await latest(town, 5, own)

    assert (await do(town, moderation.revert, COLLEAGUE, removed, LATER)).entry_id == own
    assert (await fields_of(town, 5, own))["status"] == "disputed"
    await do(town, moderation.revert, COLLEAGUE, disputed, LATER)
    assert (await fields_of(town, 5, own))["status"] == "verified"
    await do(town, moderation.revert, COLLEAGUE, edited, LATER)
    assert await fields_of(town, 5, own) == first
    assert "already" in await refused(town, moderation.revert, COLLEAGUE, edited, LATER)
    await do(town, moderation.revert, COLLEAGUE, added, LATER)
    assert await show(town, 5, own) is None
    last = await latest(town, 5, own)
    await do(town, moderation.revert, COLLEAGUE, last, LATER)
    assert await fields_of(town, 5, own) == first
    assert await search(town, 5, "cross each week") != []
    done = [action for action, *_ in await changes(town, 5, own)]
    assert done == ["added", "edited", "status", "removed", *["reverted"] * 5]


async def test_a_correction_can_be_taken_back(town: Database) -> None:
    """Back before the first correction, the server shows the pack's own entry again."""
    pier = await shared(town, "passengers")
    own, _ = await do(town, moderation.edit, HERE, pier, {"note": "Ours."}, NOW)
    first = await latest(town, 5, own)

    await do(town, moderation.revert, HERE, first, NOW)

    entry = await show(town, 5, pier)
    assert entry is not None
    assert entry.id == pier
    await do(town, moderation.revert, HERE, await latest(town, 5, own), NOW)
    entry = await show(town, 5, pier)
    assert entry is not None
    assert (entry.id, entry.note) == (own, "Ours.")


async def test_hiding_can_be_taken_back(town: Database) -> None:
    """Hiding and showing are changes like others."""
    pier = await shared(town, "passengers")
    await do(town, moderation.hide, HERE, pier, NOW)

    await do(town, moderation.revert, HERE, await latest(town, 5, pier), NOW)
    assert await show(town, 5, pier) is not None
    await do(town, moderation.revert, HERE, await latest(town, 5, pier), NOW)
    assert await show(town, 5, pier) is None
