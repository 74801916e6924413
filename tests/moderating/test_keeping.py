"""What stands in whose place: shared entries, corrections of them, and packs that are built again in between."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from thorough import examples
from town import (
    ARTICLE,
    COLLEAGUE,
    DATA,
    EVENT,
    GIVEN,
    HERE,
    LATER,
    NOW,
    QUOTE,
    STAT,
    THERE,
    changes,
    do,
    fields_of,
    latest,
    refused,
    search,
    shared,
    show,
)

from bot.errors import UserError
from bot.ingest.build import build
from bot.ingest.read import load_pack
from bot.model import Actor, Kind, Status
from bot.moderating import keeping, moderation
from bot.store import hidden, revisions
from bot.store.database import Database
from bot.store.entries import select_any, select_correction
from bot.writing.fields import keys

PACK = (DATA / "ferry.toml").read_text(encoding="utf-8")
ENTRY = PACK[PACK.index('[[stat]]\nkey = "boats"') : PACK.index('[[quote]]\nkey = "calder-pier"')]


async def rebuild(db: Database, tmp_path: Path, *replaced: tuple[str, str]) -> None:
    """Build the pack again, with texts in it replaced."""
    text = PACK
    for old, new in replaced:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = tmp_path / "ferry.toml"
    path.write_text(text, encoding="utf-8")
    await build(db, load_pack(path), LATER, ARTICLE)


async def shown(db: Database, guild_id: int, entry_id: int) -> tuple[int, str] | None:
    """Return the id and the note of what is shown for an id."""
    entry = await show(db, guild_id, entry_id)
    return entry and (entry.id, entry.note)


NEW_NOTE = (
    'statement = "Five boats found a buyer."',
    'statement = "Five boats found a buyer."\nnote = "From the pack."',
)


async def test_a_hidden_entry_is_not_corrected(town: Database) -> None:
    """What a server hides stays hidden: before it is corrected, it has to be shown again."""
    boats = await shared(town, "boats")
    await do(town, moderation.hide, HERE, boats, NOW)

    said = f"#{boats} is hidden here; show it again first."
    assert await refused(town, moderation.edit, HERE, boats, {"note": "Ours."}, NOW) == said
    assert await refused(town, moderation.set_status, HERE, boats, Status.DISPUTED, "Why.", NOW) == said
    assert await shown(town, 5, boats) is None

    await do(town, moderation.unhide, HERE, boats, NOW)
    own, _ = await do(town, moderation.edit, HERE, boats, {"note": "Ours."}, NOW)
    assert await shown(town, 5, boats) == (own, "Ours.")


async def test_a_correction_does_not_return_to_what_is_hidden(town: Database) -> None:
    """A correction that was removed comes back neither by restoring nor by taking back, while its entry is hidden."""
    boats = await shared(town, "boats")
    own, _ = await do(town, moderation.edit, HERE, boats, {"note": "Ours."}, NOW)
    edited = await latest(town, 5, own)
    await do(town, moderation.remove, HERE, own, NOW)
    removed = await latest(town, 5, own)
    await do(town, moderation.hide, HERE, boats, NOW)
    was_hidden = await latest(town, 5, boats)

    said = f"#{boats} is hidden here; show it again first."
    assert await refused(town, moderation.restore, HERE, own, NOW) == said
    assert await refused(town, moderation.revert, HERE, removed, NOW) == said
    assert "already" in await refused(town, moderation.revert, HERE, edited, NOW)
    assert await shown(town, 5, boats) is None
    assert await shown(town, 5, own) is None

    await do(town, moderation.revert, HERE, was_hidden, NOW)
    await do(town, moderation.revert, HERE, removed, NOW)
    assert await shown(town, 5, boats) == (own, "Ours.")
    assert "remove it instead" in await refused(town, moderation.hide, HERE, boats, NOW)
    assert "not hidden" in await refused(town, moderation.unhide, HERE, boats, NOW)
    assert "remove #9 first" in await refused(town, moderation.revert, HERE, was_hidden, NOW)


async def test_the_first_change_of_a_correction_is_taken_back(town: Database) -> None:
    """However often it was changed since, without its first change there is no correction."""
    boats = await shared(town, "boats")
    own, _ = await do(town, moderation.edit, HERE, boats, {"note": "One."}, NOW)
    first = await latest(town, 5, own)
    await do(town, moderation.edit, HERE, own, {"note": "Two."}, NOW)
    second = await latest(town, 5, own)
    await do(town, moderation.edit, COLLEAGUE, boats, {"note": "Three."}, NOW)

    assert (await do(town, moderation.revert, HERE, first, LATER)).entry_id == own
    assert await shown(town, 5, boats) == (boats, "")
    assert await shown(town, 5, own) is None

    await do(town, moderation.revert, HERE, await latest(town, 5, own), LATER)
    assert await shown(town, 5, boats) == (own, "Three.")
    await do(town, moderation.revert, HERE, second, LATER)
    assert await shown(town, 5, boats) == (own, "One.")
    assert await changes(town, 5, own) == [
        ("edited", True, True),
        ("edited", True, True),
        ("edited", True, True),
        ("reverted", True, False),
        ("reverted", False, True),
        ("reverted", True, True),
    ]


async def test_a_change_of_a_removed_entry_is_taken_back(town: Database) -> None:
    """Taking back a change brings a removed entry back too, and taking that back removes it again."""
    own = await do(town, moderation.add, HERE, Kind.STAT, STAT, NOW)
    await do(town, moderation.edit, HERE, own, {"note": "Zanzibar."}, NOW)
    edited = await latest(town, 5, own)
    await do(town, moderation.remove, HERE, own, NOW)

    await do(town, moderation.revert, HERE, edited, NOW)
    assert await shown(town, 5, own) == (own, "")
    assert await search(town, 5, "zanzibar") == []
    await do(town, moderation.revert, HERE, await latest(town, 5, own), NOW)
    assert await shown(town, 5, own) is None


async def test_two_corrections_are_never_there_at_once(town: Database) -> None:
    """While a second correction is there, nothing brings the first one back."""
    boats = await shared(town, "boats")
    first, _ = await do(town, moderation.edit, HERE, boats, {"note": "One."}, NOW)
    await do(town, moderation.remove, HERE, first, NOW)
    removed = await latest(town, 5, first)
    second, _ = await do(town, moderation.edit, HERE, boats, {"note": "Two."}, NOW)

    assert f"corrected by #{second} now" in await refused(town, moderation.revert, HERE, removed, NOW)
    assert f"corrected by #{second} now" in await refused(town, moderation.restore, HERE, first, NOW)
    assert await shown(town, 5, boats) == (second, "Two.")


async def test_two_servers_correct_the_same(town: Database) -> None:
    """Each server's correction is its own; hiding and removing here changes nothing there."""
    boats = await shared(town, "boats")
    ours, _ = await do(town, moderation.edit, HERE, boats, {"note": "Ours."}, NOW)
    theirs, _ = await do(town, moderation.edit, THERE, boats, {"note": "Theirs."}, NOW)

    assert (await shown(town, 5, boats), await shown(town, 6, boats)) == ((ours, "Ours."), (theirs, "Theirs."))
    assert await shown(town, 7, boats) == (boats, "")
    assert await shown(town, 5, theirs) is None
    await do(town, moderation.remove, HERE, ours, NOW)
    await do(town, moderation.hide, HERE, boats, NOW)
    assert (await shown(town, 5, boats), await shown(town, 6, boats)) == (None, (theirs, "Theirs."))


async def test_a_pack_that_is_built_again_leaves_a_correction(town: Database, tmp_path: Path) -> None:
    """A correction and all ids outlive a new version of the pack; without it that version is shown."""
    boats = await shared(town, "boats")
    own, _ = await do(town, moderation.edit, HERE, boats, {"note": "Ours."}, NOW)
    first = await latest(town, 5, own)

    await rebuild(town, tmp_path, NEW_NOTE)

    assert await shared(town, "boats") == boats
    assert await shown(town, 5, boats) == (own, "Ours.")
    assert await shown(town, 6, boats) == (boats, "From the pack.")
    assert await search(town, 5, "ours") == [own]
    await do(town, moderation.edit, HERE, boats, {"note": "Still ours."}, NOW)
    assert await shown(town, 5, boats) == (own, "Still ours.")
    await do(town, moderation.revert, HERE, first, LATER)
    assert await shown(town, 5, boats) == (boats, "From the pack.")
    assert await shown(town, 5, own) is None


async def test_what_a_pack_has_no_longer(town: Database, tmp_path: Path) -> None:
    """A correction of what the pack dropped goes on standing for it, and is changed by either id."""
    boats = await shared(town, "boats")
    own, _ = await do(town, moderation.edit, HERE, boats, {"note": "Ours."}, NOW)
    await rebuild(town, tmp_path, (ENTRY, ""))

    assert await shown(town, 5, boats) == (own, "Ours.")
    assert await shown(town, 6, boats) is None
    assert (await do(town, moderation.edit, HERE, boats, {"note": "Again."}, NOW)).entry_id == own
    none = f"There is no entry #{boats} in this server."
    for deed, *rest in ((moderation.edit, {"note": ""}, NOW), (moderation.hide, NOW), (moderation.unhide, NOW)):
        assert await refused(town, deed, THERE, boats, *rest) == none

    await do(town, moderation.remove, HERE, own, NOW)
    assert await shown(town, 5, boats) is None
    assert await refused(town, moderation.edit, HERE, boats, {"note": ""}, NOW) == none
    await do(town, moderation.restore, HERE, own, NOW)
    await rebuild(town, tmp_path)
    assert await shown(town, 5, boats) == (own, "Again.")
    assert await shown(town, 6, boats) == (boats, "")


async def test_what_is_hidden_stays_so(town: Database, tmp_path: Path) -> None:
    """A pack that drops a hidden entry and brings it back does not show it."""
    boats = await shared(town, "boats")
    await do(town, moderation.hide, HERE, boats, NOW)

    await rebuild(town, tmp_path, (ENTRY, ""))
    await rebuild(town, tmp_path)

    assert await shown(town, 5, boats) is None
    await do(town, moderation.unhide, HERE, boats, NOW)
    assert await shown(town, 5, boats) == (boats, "")


async def test_a_renamed_subject_is_still_meant(town: Database, tmp_path: Path) -> None:
    """An entry that is edited stays about its subjects, whatever a pack calls them now."""
    own = await do(town, moderation.add, HERE, Kind.STAT, STAT | {"about": "Tarn County; Ferry"}, NOW)
    await rebuild(town, tmp_path, ('name = "Ferry"\naliases = ["boats"]', 'name = "Ferries"\naliases = ["Ferry"]'))

    await do(town, moderation.edit, HERE, own, {"note": "New."}, NOW)

    assert (await fields_of(town, 5, own))["about"] == "Tarn County; Ferries"


async def test_going_back_guesses_no_subject(town: Database, tmp_path: Path) -> None:
    """Where a name in the history may mean two subjects by now, taking the change back is refused."""
    own = await do(town, moderation.add, HERE, Kind.STAT, STAT | {"about": "Tarn County; Ferry"}, NOW)
    await do(town, moderation.edit, HERE, own, {"about": "Tarn County"}, NOW)
    edited = await latest(town, 5, own)
    await rebuild(
        town,
        tmp_path,
        ('kind = "topic"\nname = "Ferry"\naliases = ["boats"]', 'kind = "place"\nname = "Pier"\naliases = ["Ferry"]'),
        ('name = "Harbor Survey Office"', 'name = "Harbor Survey Office"\naliases = ["Ferry"]'),
    )

    told = await refused(town, moderation.revert, HERE, edited, LATER)

    assert told.startswith(f"#{own} cannot become what it was: ")
    assert "“Ferry” may be Harbor Survey Office or Pier; write which." in told


async def test_an_entry_without_a_history(town: Database) -> None:
    """Where an entry has no change yet, as one that was brought in, the second of two is told of the first too."""
    own = await do(town, moderation.add, HERE, Kind.STAT, STAT, NOW)
    async with town.write() as conn:
        await conn.execute("DELETE FROM revision")
        base = await moderation.base_of(conn, 5, own)

    await do(town, moderation.edit, COLLEAGUE, own, {"note": "First."}, LATER, base=base)

    assert base == 0
    assert "<@502> changed" in await refused(town, moderation.edit, HERE, own, {"note": "Second."}, LATER, base=base)


async def test_a_correction_of_whoever_was_faster(town: Database) -> None:
    """Who began on a shared entry that was hidden and shown since, or corrected since, is told so."""
    boats = await shared(town, "boats")
    await do(town, moderation.hide, COLLEAGUE, boats, NOW)
    await do(town, moderation.unhide, COLLEAGUE, boats, NOW)
    async with town.read() as conn:
        base = await moderation.base_of(conn, 5, boats)
    own, _ = await do(town, moderation.edit, COLLEAGUE, boats, {"note": "First."}, LATER, base=base)

    told = await refused(town, moderation.edit, HERE, boats, {"note": "Second."}, LATER, base=base)

    assert told.startswith(f"<@502> changed #{own} ")


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize(
    "text", ["", " \n ", "\u200b", "\x00", "\ud800", "x" * 100_000, "; " * 50_000, "[…]\n" * 20_000]
)
async def test_empty_and_huge_texts(town: Database, kind: Kind, text: str) -> None:
    """Nonsense in every field is refused in sentences, and an entry that is there stays as it was."""
    own = await do(town, moderation.add, HERE, kind, GIVEN[kind], NOW)
    before = await fields_of(town, 5, own)
    nonsense = dict.fromkeys(keys(kind), text)

    assert await refused(town, moderation.add, HERE, kind, nonsense, NOW)
    assert await refused(town, moderation.edit, HERE, own, nonsense, NOW)
    assert await fields_of(town, 5, own) == before


async def test_fields_of_no_kind_are_unused(town: Database) -> None:
    """What a form does not have cannot be written by naming it."""
    more = {"guild_id": "6", "added_by": "1", "corrects": "1", "id": "1", "key": "boats", "words": "Mine.", "": "x"}

    own = await do(town, moderation.add, HERE, Kind.STAT, STAT | more, NOW)

    entry = await show(town, 5, own)
    assert entry is not None
    assert (entry.guild_id, entry.added_by, entry.corrects) == (5, 501, None)
    assert await fields_of(town, 5, own) == {key: (await fields_of(town, 5, own))[key] for key in keys(Kind.STAT)}


@pytest.mark.parametrize(
    ("status", "reason", "said"),
    [
        (Status.DISPUTED, "", "Say why it is disputed; the reason is shown on the card."),
        (Status.UNVERIFIED, "\u200b \n", "Say why it is unverified; the reason is shown on the card."),
        (
            Status.RETRACTED,
            "x" * 2001,
            "“Reason for the status” has 2,001 characters; shorten it to 2,000.",
        ),
        (
            Status.VERIFIED,
            "a\x00b",
            "“Reason for the status” holds a control character, which cannot be seen; type the text anew.",
        ),
    ],
)
async def test_a_reason_is_needed_and_has_limits(town: Database, status: Status, reason: str, said: str) -> None:
    """What cannot be shown as a reason is refused."""
    boats = await shared(town, "boats")

    assert await refused(town, moderation.set_status, HERE, boats, status, reason, NOW) == said


@pytest.mark.parametrize(
    ("given", "kept"), [("\u200b", ""), (" a\r\nb ", "a\nb"), ("@everyone **x**", "@everyone **x**")]
)
async def test_a_reason_is_kept_as_a_form_would(town: Database, given: str, kept: str) -> None:
    """A reason is stored as an edit would store it, so that saving a form anew is no change."""
    own = await do(town, moderation.add, HERE, Kind.STAT, STAT, NOW)
    await do(town, moderation.set_status, HERE, own, Status.DISPUTED, "For now.", NOW)
    await do(town, moderation.set_status, HERE, own, Status.VERIFIED, given, NOW)
    before = await latest(town, 5, own)

    fields = await fields_of(town, 5, own)
    assert (fields["status"], fields["status_reason"]) == ("verified", kept)
    await do(town, moderation.edit, HERE, own, fields, NOW)
    assert await latest(town, 5, own) == before


@pytest.mark.parametrize(
    ("kind", "fields"),
    [(Kind.STAT, STAT), (Kind.QUOTE, QUOTE), (Kind.EVENT, EVENT)],
)
async def test_no_field_makes_an_entry_verified(town: Database, kind: Kind, fields: Mapping[str, str]) -> None:
    """Whoever writes "verified" into the fields of what nothing bears out gets an unverified entry."""
    claimed = {"source": "2", "status": "verified", "status_reason": "Trust me."}

    own = await do(town, moderation.add, HERE, kind, fields | claimed, NOW)
    await do(town, moderation.edit, HERE, own, {"status": "verified", "status_reason": ""}, NOW)

    assert (await fields_of(town, 5, own))["status"] == "unverified"


async def test_another_servers_entry_is_not_edited_around(town: Database) -> None:
    """Another server's entry is not read by checking an edit of it, and its revision is not to be had."""
    own = await do(town, moderation.add, HERE, Kind.STAT, STAT, NOW)

    async with town.read() as conn:
        with pytest.raises(UserError, match=f"There is no entry #{own} in this server"):
            await moderation.check(conn, 6, Kind.STAT, {}, ignoring=own)
        assert await revisions.select_one(conn, 6, await latest(town, 5, own)) is None
        assert await revisions.select_of(conn, 6, "entry", own, limit=5) == []


DEEDS = st.tuples(
    st.sampled_from(["add", "edit", "status", "remove", "restore", "hide", "unhide", "revert", "rebuild"]),
    st.sampled_from([HERE, COLLEAGUE, THERE]),
    st.integers(0, 40),
)


async def attempt(db: Database, path: Path, deed: str, actor: Actor, number: int) -> None:
    """Do one thing, or have it refused."""
    if deed == "rebuild":
        await rebuild(db, path, *[[], [NEW_NOTE], [(ENTRY, "")]][number % 3])
        return
    async with db.read() as conn:
        [(entries,)] = await conn.execute_fetchall("SELECT max(id) FROM entry")
        [(changed,)] = await conn.execute_fetchall("SELECT ifnull(max(id), 0) FROM revision")
    # The entries that are fought over are a few of the pack, and what was added.
    id_ = number % 3 + 1 if number % 2 else entries - number // 2 % 6
    rules: dict[str, tuple[Any, ...]] = {
        "add": (moderation.add, list(Kind)[number % 3], GIVEN[list(Kind)[number % 3]]),
        "edit": (moderation.edit, id_, {"note": f"Note {number % 4}."}),
        "status": (
            moderation.set_status,
            id_,
            Status.DISPUTED if number % 4 else Status.VERIFIED,
            f"Why {number % 5}.",
        ),
        "remove": (moderation.remove, id_),
        "restore": (moderation.restore, id_),
        "hide": (moderation.hide, id_),
        "unhide": (moderation.unhide, id_),
        "revert": (moderation.revert, changed - number // 4),
    }
    rule, *args = rules[deed]
    with suppress(UserError):
        await do(db, rule, actor, *args, NOW)


async def check_places(db: Database) -> None:
    """Check that the history tells what is there now, and that what finds entries knows of it."""
    async with db.read() as conn:
        ids = await conn.execute_fetchall("SELECT DISTINCT guild_id, target_id FROM revision")
        for guild_id, id_ in ids:
            [last] = await revisions.select_of(conn, guild_id, "entry", id_, limit=1)
            found = await select_any(conn, guild_id, id_)
            assert found is not None
            entry, removed = found
            correction = await select_correction(conn, guild_id, id_)
            gone = await hidden.exists(conn, guild_id, id_) and not correction if entry.guild_id == 0 else removed
            if entry.guild_id:
                assert last.after == (None if gone else await keeping.fields_of(conn, entry))
                assert removed or entry.corrects is None or await hidden.exists(conn, guild_id, entry.corrects)
            else:
                assert (last.after is None) is gone
        live = await conn.execute_fetchall("SELECT id FROM entry WHERE deleted_at IS NULL ORDER BY id")
        assert list(live) == list(await conn.execute_fetchall("SELECT rowid FROM entry_fts ORDER BY rowid"))
        covered = await conn.execute_fetchall(
            """
            SELECT count(*) FROM hidden AS h
            WHERE NOT EXISTS (
                SELECT 1 FROM entry AS e
                WHERE e.corrects = h.entry_id AND e.guild_id = h.guild_id AND e.deleted_at IS NULL
            ) AND NOT EXISTS (SELECT 1 FROM revision AS r WHERE r.target_id = h.entry_id AND r.guild_id = h.guild_id)
            """
        )
        assert [tuple(row) for row in covered] == [(0,)]
        assert not list(await conn.execute_fetchall("PRAGMA foreign_key_check"))


@settings(max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck))
@given(deeds=st.lists(DEEDS, min_size=5, max_size=25))
async def test_whatever_is_done_the_history_tells_what_is(town: Database, tmp_path: Path, deeds: list[Any]) -> None:
    """After any deeds of two servers and any packs, each entry is what its last change says, and is found so."""
    for deed, actor, number in deeds:
        await attempt(town, tmp_path, deed, actor, number)

    await check_places(town)
