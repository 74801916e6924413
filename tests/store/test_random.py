"""Entries by chance: without repetition, and only what a server may see."""

from __future__ import annotations

import asyncio

import pytest
from packs import LATER, MAYOR, QUOTES, STATS, give, pack, put, quote

from bot.answers.lookup import answer
from bot.model import Answer, Ask, Command, Entry, Quote, Scope
from bot.store.database import Database

HERE = Scope(0, 1)


async def shown(db: Database, scope: Scope = HERE, command: Command = Command.RANDOM) -> Entry:
    """Return what chance shows next."""
    found = await answer(db, scope, Ask(command))
    [entry] = found.entries
    return entry


async def test_chance_stays_at_home(empty: Database) -> None:
    """By chance, too, a server's own entries are shown there only."""
    await put(empty, pack(*STATS))
    await put(empty, pack(quote("own", MAYOR), key="own"))
    await give(empty, 5, "own")

    here = {(await shown(empty, Scope(5, 50))).statement for _ in range(3)}
    there = {(await shown(empty, Scope(6, 60))).statement for _ in range(6)}
    private = {(await shown(empty, Scope(0, 70))).statement for _ in range(6)}

    assert here == {"Passengers, pier.", "Passengers, dock.", "Context of own."}
    assert there == private == {"Passengers, pier.", "Passengers, dock."}


async def test_removed_entry_is_not_shown_by_chance(empty: Database) -> None:
    """Chance shows no entry that was removed."""
    await put(empty)
    await put(empty, pack(*QUOTES), LATER)

    statements = {(await shown(empty)).statement for _ in range(4)}

    assert statements == {"Context of calder.", "Context of renn."}


@pytest.mark.parametrize(("command", "size"), [(Command.RANDOM, 35), (Command.QUOTE, 15)])
async def test_chance(store: Database, command: Command, size: int) -> None:
    """In a channel nothing is shown again before everything has been shown, round after round."""
    rounds = [[(await shown(store, HERE, command)).id for _ in range(size)] for _ in range(3)]

    assert [len(set(one)) for one in rounds] == [size] * 3
    assert len({tuple(one) for one in rounds}) == 3


async def test_only_quotations(store: Database) -> None:
    """A quotation at random is a quotation."""
    found = [await shown(store, HERE, Command.QUOTE) for _ in range(15)]

    assert all(isinstance(entry, Quote) for entry in found)


async def test_chance_after_a_restart(empty: Database) -> None:
    """What a channel has been shown is remembered when the store is opened again."""
    await put(empty)
    before = {(await shown(empty)).id for _ in range(4)}
    await empty.close()

    async with Database(empty.path) as db:
        after = {(await shown(db)).id for _ in range(3)}

    assert len(before | after) == 7


async def test_two_at_once(empty: Database) -> None:
    """People who ask at the same moment are shown different entries."""
    await put(empty)

    found = await asyncio.gather(*(shown(empty) for _ in range(7)))

    assert len({entry.id for entry in found}) == 7


async def test_two_channels(empty: Database) -> None:
    """What one channel has been shown, another has not."""
    await put(empty, pack(*STATS))
    await shown(empty, Scope(0, 1))

    there = {(await shown(empty, Scope(0, 2))).id for _ in range(2)}

    assert len(there) == 2


async def test_new_entry_joins_the_round(empty: Database) -> None:
    """An entry that is added midway is shown before anything is shown again."""
    await put(empty, pack(*STATS))
    before = {(await shown(empty)).id for _ in range(2)}

    await put(empty, pack(*STATS, *QUOTES), LATER)
    after = {(await shown(empty)).id for _ in range(2)}

    assert len(before | after) == 4


async def test_nothing_to_show(empty: Database) -> None:
    """With nothing in the store, chance shows nothing."""
    found = await answer(empty, HERE, Ask(Command.RANDOM))

    assert found == Answer(Ask(Command.RANDOM))
