"""Shared entries that a server does not show: for it they are not there, for others nothing has changed."""

from __future__ import annotations

import pytest
from packs import EVENTS, LATER, QUOTES, STATS, WHOLE, pack, put
from servers import (
    CALDER,
    DOCK,
    HERE,
    PIER,
    PRIVATE,
    READERS,
    STORM,
    THERE,
    VOTE,
    add,
    delete,
    hide,
    seen,
    show,
    unhide,
)

from bot.answers.lookup import answer
from bot.model import Ask, Command, Scope
from bot.render.full import full_pages
from bot.store import entries, hidden, search
from bot.store.database import Database

SOME = (PIER, CALDER, VOTE)


async def without(db: Database) -> dict[str, object]:
    """Return what everybody sees of the town when the pack does not have `SOME`; it has them again afterwards."""
    await put(db, pack(*STATS[1:], *QUOTES[1:], *EVENTS[1:]), LATER)
    expected = await seen(db, HERE)
    await put(db, WHOLE, LATER)
    return expected


@pytest.mark.parametrize("name", READERS)
async def test_hidden_is_as_if_not_there(empty: Database, name: str) -> None:
    """Whatever reads the store shows and counts what a server hides as if the pack did not have it."""
    await put(empty)
    whole = await seen(empty, HERE)
    expected = await without(empty)

    await hide(empty, HERE, *SOME)

    assert (await seen(empty, HERE))[name] == expected[name] != whole[name]


async def test_hidden_here_only(empty: Database) -> None:
    """What one server hides, another and a direct message show as before."""
    await put(empty)
    whole = await seen(empty, THERE)

    await hide(empty, HERE, *SOME)

    assert await seen(empty, THERE) == await seen(empty, PRIVATE) == whole


async def test_shown_again(empty: Database) -> None:
    """What is hidden no longer is back wherever it was, once; it was hidden only if it is said so."""
    await put(empty)
    whole = await seen(empty, HERE)
    await hide(empty, HERE, *SOME, *SOME)

    was_hidden = await unhide(empty, HERE, *SOME, PIER, DOCK)

    assert was_hidden == [True, True, True, False, False]
    assert await seen(empty, HERE) == whole


async def test_common_word(empty: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A search too wide to be weighed leaves out what is hidden, too."""
    monkeypatch.setattr(search, "RANKED", 0)
    await put(empty)
    await hide(empty, HERE, PIER)

    async with empty.read() as conn:
        here, there = [
            await search.select_matching(conn, guild, ["passengers"], every=True, limit=5) for guild in (HERE, THERE)
        ]

    assert ([entry.id for entry in here.entries], here.total) == ([DOCK], 1)
    assert ([entry.id for entry in there.entries], there.total) == ([DOCK, PIER], 2)


async def test_pages(empty: Database) -> None:
    """Pages have no holes where something is hidden."""
    await put(empty)
    await hide(empty, HERE, STORM)

    async with empty.read() as conn:
        pages = [await entries.select_events(conn, HERE, limit=1, offset=offset) for offset in range(3)]

    assert [[entry.id for entry in page] for page, _ in pages] == [[5], [7], []]
    assert pages[0][1] == 2


@pytest.mark.parametrize(("command", "left"), [(Command.RANDOM, 4), (Command.QUOTE, 1)])
async def test_chance(empty: Database, command: Command, left: int) -> None:
    """Chance shows nothing that is hidden, and begins a new round when the rest was shown."""
    await put(empty)
    await hide(empty, HERE, *SOME)

    rounds = [
        {(await answer(empty, Scope(HERE, 1), Ask(command))).entries[0].id for _ in range(left)} for _ in range(3)
    ]

    assert rounds == [rounds[0]] * 3
    assert len(rounds[0]) == left
    assert not rounds[0] & set(SOME)


async def test_everything_hidden(empty: Database) -> None:
    """Where a server hides all there is, chance shows nothing and nothing is counted."""
    await put(empty, pack(*QUOTES))
    await hide(empty, HERE, 1, 2)

    found = await answer(empty, Scope(HERE, 1), Ask(Command.RANDOM))

    assert not found.entries
    assert (await seen(empty, HERE))["counts"] == {}


async def test_show_hidden(empty: Database) -> None:
    """A hidden entry that is asked for by its number is not there; where it is hidden, that is said."""
    await put(empty)
    await hide(empty, HERE, PIER)

    here, there = await show(empty, HERE, PIER), await show(empty, THERE, PIER)

    hidden = f"Moderators of this server have hidden #{PIER}; /entry unhide {PIER} shows it again."
    assert (here.entries, here.total, here.remarks) == ((), 0, (hidden,))
    assert [entry.id for entry in there.entries] == [PIER]
    assert not there.remarks


async def test_show_corrected(empty: Database) -> None:
    """A corrected entry that is asked for by its number is answered with the server's own, and says so."""
    await put(empty)
    id_ = await add(empty, HERE, "pier", corrects=PIER)

    here, there = await show(empty, HERE, PIER), await show(empty, THERE, PIER)

    assert [(entry.id, entry.statement, entry.corrects) for entry in here.entries] == [(id_, "A secret.", PIER)]
    assert here.remarks == ("This server corrected #1; what the pack says is kept for other servers.",)
    assert "**Corrects:** #1 of the pack, for this server" in "\n".join(full_pages(here.entries[0]))
    assert [(entry.id, entry.corrects) for entry in there.entries] == [(PIER, None)]
    assert not there.remarks
    assert "Corrects" not in "\n".join(full_pages(there.entries[0]))


async def test_correction_by_its_number(empty: Database) -> None:
    """The correction has a number of its own, which other servers cannot ask for."""
    await put(empty)
    id_ = await add(empty, HERE, "pier", corrects=PIER)

    here, there = await show(empty, HERE, id_), await show(empty, THERE, id_)

    assert ([entry.id for entry in here.entries], here.remarks) == ([id_], ())
    assert not there.entries


async def test_correction_takes_the_place(empty: Database) -> None:
    """A correction is found where the shared entry was, counted once, and not elsewhere."""
    await put(empty)
    id_ = await add(empty, HERE, "pier", corrects=PIER)

    here, there = [await answer(empty, Scope(g, 1), Ask(Command.STATS, about="harrow bay")) for g in (HERE, THERE)]

    assert ([entry.id for entry in here.entries], here.total) == ([id_], 1)
    assert ([entry.id for entry in there.entries], there.total) == ([PIER], 1)


async def test_deleted_correction(empty: Database) -> None:
    """A correction that was deleted answers no more, by neither number."""
    await put(empty)
    id_ = await add(empty, HERE, "pier", corrects=PIER)

    await delete(empty, HERE, id_)

    assert not (await show(empty, HERE, PIER)).entries
    assert not (await show(empty, HERE, id_)).entries


async def test_only_shared_entries(empty: Database) -> None:
    """A server hides neither its own entries nor another's, nor what there is not."""
    await put(empty)
    mine, theirs = await add(empty, HERE, "pier"), await add(empty, THERE, "pier")

    await hide(empty, HERE, mine, theirs, 99)

    async with empty.read() as conn:
        assert not await hidden.select_page(conn, HERE, 5, 0)
        assert not any([await hidden.exists(conn, HERE, id_) for id_ in (mine, theirs, 99)])


async def test_page_of_hidden(empty: Database) -> None:
    """What a server hides can be listed there, page by page; what the pack has lost since is left out."""
    await put(empty)
    await hide(empty, HERE, *SOME, DOCK)
    await hide(empty, THERE, STORM)
    await put(empty, pack(STATS[0], *QUOTES, *EVENTS), LATER)

    async with empty.read() as conn:
        first = await hidden.select_page(conn, HERE, 2, 0)
        second = await hidden.select_page(conn, HERE, 2, 2)
        known = [await hidden.exists(conn, guild, PIER) for guild in (HERE, THERE, PRIVATE)]

    assert [entry.id for entry in (*first, *second)] == [*SOME]
    assert known == [True, False, False]


async def test_any_entry(empty: Database) -> None:
    """Moderators can read what is shared, hidden, or their own and deleted; another server's not at all."""
    await put(empty)
    await put(empty, pack(STATS[0], *QUOTES, *EVENTS), LATER)
    mine, gone = await add(empty, HERE, "pier"), await add(empty, HERE, "pier", "gone")
    await delete(empty, HERE, gone)
    await hide(empty, HERE, PIER)

    async with empty.read() as conn:
        found = {
            guild: [await entries.select_any(conn, guild, id_) for id_ in (PIER, DOCK, mine, gone, 99)]
            for guild in (HERE, THERE)
        }

    assert [one and (one[0].id, one[1]) for one in found[HERE]] == [
        (PIER, False), (DOCK, True), (mine, False), (gone, True), None,
    ]  # fmt: skip
    assert [one and (one[0].id, one[1]) for one in found[THERE]] == [(PIER, False), (DOCK, True), None, None, None]
