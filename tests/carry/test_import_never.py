"""What no file of a moderator can touch: what is another server's, what all servers see, and what was done."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from carrying import (
    HEADER,
    HERE,
    MODERATOR,
    OURS_AND_THEIRS,
    bring,
    counts,
    entry,
    fill,
    history,
    lines,
    record,
    try_out,
    whole,
    whys,
)

from bot.carry.state import Target
from bot.errors import UserError
from bot.model import A_FILE
from bot.store.carry import EVERYTHING
from bot.store.database import Database


@pytest.fixture
async def town(empty: Database) -> AsyncIterator[Database]:
    """Return a store with two packs, and an own entry of each of two servers: #9 and #10."""
    await fill(empty, OURS_AND_THEIRS)
    yield empty
    await whole(empty)


@pytest.mark.parametrize("format_", ["csv", "jsonl"])
async def test_another_servers_is_invisible(town: Database, format_: str) -> None:
    """No number, key or server id in a file reaches an entry of another server, or says that there is one."""
    before = await lines(town, 6)
    async with town.read() as conn:
        [(key, number)] = await conn.execute_fetchall("SELECT key, id FROM entry WHERE guild_id = 6")
    if format_ == "csv":
        hostile = f"id,kind,note\n{number},stat,Mine now.\n99,stat,Mine now.\n"
        plan = await bring(town, MODERATOR, hostile, "sheet.csv")
        assert whys(plan) == [f"There is no entry #{number} in this server.", "There is no entry #99 in this server."]
    else:
        hostile = HEADER + entry(key=key, id=number, guild="6") + entry(key=key, id=number)
        plan = await bring(town, MODERATOR, hostile)
        assert whys(plan) == ["It belongs to another server, which is not changed from here."]
        assert counts(plan) == {"added": 1, "refused": 1}

    assert await lines(town, 6) == before


async def test_what_is_shared_is_not_touched(town: Database) -> None:
    """A moderator's file cannot change, add or remove what all servers see, nor can it bring in a whole store."""
    before = await lines(town, 0)
    hostile = HEADER + "".join(
        [
            record("source", guild="0", key="harbor", label="Mine"),
            record("subject", guild="0", key="ferry", kind="topic", name="Mine"),
            record("name", guild="0", subject="shared:ferry", text="mine", alias=True),
            entry(guild="0", key="pier"),
            record("hidden", guild="6", entry=["harbor", "pier"]),
            record("setting", key="moderator_roles", value="1"),
        ]
    )

    plan = await bring(town, MODERATOR, hostile)

    assert counts(plan) == {"refused": 6}
    assert await lines(town, 0) == before
    with pytest.raises(UserError, match="Only the bot’s operator"):
        await try_out(town, MODERATOR, await lines(town))


async def test_a_history_that_is_here_stays(town: Database) -> None:
    """A moderator's file brings the history of what is new, and adds nothing to one that is here."""
    carried = await lines(town, 5)
    forged = next(line for line in carried.splitlines(keepends=True) if '"type":"revision"' in line)
    forged = forged.replace('"actor":"501"', '"actor":"502"')

    here = await bring(town, MODERATOR, HEADER + forged)
    there = await bring(town, Target(7, HERE.__class__(7, 701, manages=True, roles=frozenset())), carried)

    assert counts(here) == {"left": 1}
    assert "refused" not in counts(there)
    async with town.read() as conn:
        [(new,)] = await conn.execute_fetchall("SELECT id FROM entry WHERE guild_id = 7")
    assert await history(town, new, 7) == [("imported", 701), ("added", A_FILE)]


@pytest.mark.parametrize(
    "changes",
    [
        {"action": "@everyone"},
        {"after": {"**x**" * 2000: "y"}},
        {"target": "setting", "of": []},
        {"of": ["server", "shared:harbor", "missing"]},
        {"of": ["shared", "shared:harbor"]},
        {"at": "2026-13-01T00:00:00Z"},
        {"actor": "99999999999999999999"},
    ],
    ids=str,
)
async def test_a_forged_history(town: Database, changes: dict[str, Any]) -> None:
    """A line of history that nobody's deed could have made is refused."""
    good = {"target": "entry", "of": ["server", "shared:harbor", "new"], "action": "added", "actor": "1"}
    good |= {"at": "2026-01-01T00:00:00Z", "before": None, "after": {"note": "x"}}

    fine = await try_out(town, MODERATOR, HEADER + entry() + record("revision", **good))
    plan = await try_out(town, MODERATOR, HEADER + entry() + record("revision", **good | changes))

    assert counts(fine)["added"] == len(fine.items)
    assert counts(plan)["refused"] == 1


@pytest.mark.parametrize("value", ["many", "", "NaN", "Infinity", "1E+x"])
async def test_a_figure_that_is_no_number(town: Database, value: str) -> None:
    """A figure of the operator's file that nobody could read back is refused; with a number, the entry comes in."""
    carried = [line for line in (await lines(town)).splitlines() if '"exact"' in line]
    [whole_entry] = [json.loads(line) for line in carried]
    file = '{"type":"header","dateline":1,"everything":true}\n'
    fine = file + json.dumps(whole_entry | {"exact": whole_entry["exact"] | {"value": "1E+4"}})
    bad = file + json.dumps(whole_entry | {"exact": whole_entry["exact"] | {"value": value}})

    refused, accepted = await try_out(town, Target(EVERYTHING), bad), await try_out(town, Target(EVERYTHING), fine)

    assert whys(refused) == [f'"value" of "exact" is “{value}”; it has to be a number.']
    assert counts(accepted) == {"changed": 1}
