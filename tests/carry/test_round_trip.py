"""What is carried out and in again is the same store, whatever was written into it."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from carrying import DEEDS, HERE, bring, counts, fill, found, lines, rows, try_out, whole
from hypothesis import HealthCheck, given, settings
from thorough import examples

from bot.carry.state import Target
from bot.store.carry import EVERYTHING
from bot.store.database import Database

SETTINGS = settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@SETTINGS
@given(deeds=DEEDS)
async def test_everything(deeds: list[tuple[Any, ...]]) -> None:
    """A whole store that is brought into an empty one is the same: its export, and all that finds entries."""
    with tempfile.TemporaryDirectory() as folder:
        async with Database(Path(folder) / "a.db") as one, Database(Path(folder) / "b.db") as other:
            await fill(one, deeds)
            carried = await lines(one)

            plan = await bring(other, Target(EVERYTHING), carried)

            assert set(counts(plan)) == {"added"}
            assert await lines(other) == carried
            assert await found(other) == await found(one)
            assert set(counts(await try_out(one, Target(EVERYTHING), carried))) == {"left"}
            await whole(other)


@SETTINGS
@given(deeds=DEEDS)
async def test_one_server(deeds: list[tuple[Any, ...]]) -> None:
    """What one server has is the same in a store in which it had nothing."""
    with tempfile.TemporaryDirectory() as folder:
        async with Database(Path(folder) / "a.db") as one, Database(Path(folder) / "b.db") as other:
            await fill(one, deeds)
            await fill(other)
            carried = await lines(one, 5)

            plan = await bring(other, Target(5), carried)

            assert set(counts(plan)) <= {"added"}
            assert await lines(other, 5) == carried
            assert await rows(other, 5) == await rows(one, 5)
            await whole(other)


@SETTINGS
@given(deeds=DEEDS)
async def test_again(deeds: list[tuple[Any, ...]]) -> None:
    """A moderator who brings in what the server has already, as lines or as a sheet, changes nothing."""
    with tempfile.TemporaryDirectory() as folder:
        async with Database(Path(folder) / "a.db") as db:
            await fill(db, deeds)

            for target in (Target(5), Target(5, HERE)):
                plan = await try_out(db, target, await lines(db, 5))
                sheet = await try_out(db, target, await rows(db, 5), "data.csv")

                assert set(counts(plan)) <= {"left"}
                assert set(counts(sheet)) <= {"left"}
