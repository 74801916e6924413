"""Names and words in any script, as people see them: what is taken for what is said, and two people stay two."""

from __future__ import annotations

import pytest
import simcord
from moderating import FIGURE, QUOTATION, Moderated, moderated

from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)

KNOWN = "Names that are known already"
NEW = "New here, made when it is saved"


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


async def draft(room: Moderated, speaker: str) -> str:
    """Return what the draft of a quotation says, whose source has no such words."""
    form = await room.slash_form("entry add quote", source=str(await room.publish(label=f"Article on {speaker}")))
    return (await room.fill(form, **QUOTATION | {"speaker": speaker, "words": f"{speaker} says so"})).everything


@pytest.mark.parametrize(
    ("known", "typed"), [("राम", "रीमा"), ("パリ", "バリ"), ("कमल", "कमला"), ("Hòa", "Hóa"), ("Андрей", "Андреи")]
)
async def test_two_people_stay_two(room: Moderated, known: str, typed: str) -> None:
    """A name with other letters, signs or tones is somebody else, the draft says so, and quotations stay apart."""
    first = await room.add("quote", speaker=known, words="The pier is full")
    said = await draft(room, typed)
    second = await room.add("quote", speaker=typed, words="We can’t wait.")

    assert NEW in said
    assert KNOWN not in said
    for name, one, other in ((known, first, second), (typed, second, first)):
        shown = (await room.typed(f"!quote {name}")).everything
        assert (f"#{one}" in shown, f"#{other}" in shown) == (True, False), shown


@pytest.mark.parametrize(
    ("known", "typed"), [("José", "Jose"), ("Jose", "José"), ("Łukasz", "Lukasz"), ("Семён", "Семен"), ("Hòa", "Hoa")]
)
async def test_accents_left_out(room: Moderated, known: str, typed: str) -> None:
    """A name that differs by accents alone, which one of the two does without, is the same, and the draft says so."""
    first = await room.add("quote", speaker=known, words="The pier is full")
    said = await draft(room, typed)
    second = await room.add("quote", speaker=typed, words="We can’t wait.")

    assert f"“{typed}” is taken for {known}: only accents differ." in said
    assert NEW not in said
    for entry_id in (first, second):
        assert known in (await room.typed(f"!show {entry_id}")).everything


@pytest.mark.parametrize(("known", "typed"), [("Straße", "STRASSE"), ("O'Brien", "O’Brien"), ("パリ", "ﾊﾟﾘ")])
async def test_another_form_is_nothing_to_tell(room: Moderated, known: str, typed: str) -> None:
    """The same letters in another form are the same name, and nothing is said about it."""
    await room.add("quote", speaker=known, words="The pier is full")

    said = await draft(room, typed)

    assert NEW not in said
    assert KNOWN not in said


async def test_which_of_two(room: Moderated) -> None:
    """Without accents, a name that two have is asked about when writing, and finds both when looking up."""
    await room.add("quote", speaker="Hòa", words="The pier is full")
    await room.add("quote", speaker="Hóa", words="We can’t wait.")

    said = await draft(room, "Hoa")
    shown = await room.typed("!quote hoa")

    assert "“Hoa” may be Hòa or Hóa; write which." in said
    assert "Hòa" in shown.everything
    assert any("Hóa" in button for button in shown.buttons), shown.buttons


async def test_aliases_of_two(room: Moderated) -> None:
    """An alias that is another name only by its signs is given, and taking one away leaves the other."""
    await room.add("quote", speaker="राम", words="The pier is full")
    await room.add("quote", speaker="रीमा", words="We can’t wait.")

    given = [
        (await room.slash("entry alias add", subject=name, alias=alias)).text
        for name, alias in (("राम", "Hòa"), ("रीमा", "Hóa"))
    ]
    again = (await room.slash("entry alias add", subject="राम", alias="HÒA")).text
    removed = (await room.slash("entry alias remove", alias="Hóa")).text

    assert all("now finds" in text for text in given)
    assert "already" in again
    assert "no other name" in removed
    assert "राम" in (await room.typed("!quote Hòa")).everything


@pytest.mark.parametrize(
    ("stored", "typed", "marked"),
    [
        ("Talks in İstanbul began", "İstanbul", "**İstanbul**"),
        ("Die lange Straße", "strasse", "**Straße**"),
        ("In Montre\u0301al today", "Montréal", "**Montre\u0301al**"),
        ("市長は移民政策について語った。", "移民", "**移民**"),
        ("市長は移民政策について語った。", "語", "**語**"),
        ("การประชุมสภา", "ประชุม", "**ประชุม**"),
        ("新型iPhone発売へ", "iphone 発売", "**iPhone発売**"),
    ],
)
async def test_search(room: Moderated, stored: str, typed: str, marked: str) -> None:
    """What is stored is found as it is typed, in any script, with the hit marked, and nowhere else."""
    entry_id = await room.add("stat", **FIGURE | {"statement": stored})

    shown = (await room.typed(f"!search {typed}", room.member)).text
    elsewhere = (await room.typed(f"!search {typed}", room.elsewhere.member)).everything

    assert f"#{entry_id}" in shown
    assert marked in shown
    assert f"#{entry_id}" not in elsewhere


async def test_completing(room: Moderated) -> None:
    """What has been typed of a name completes it in any script."""
    for name in ("김동현", "Łukasz Nowak", "रीमा देवी"):
        await room.add("quote", speaker=name)

    for typed, name in (("김도", "김동현"), ("luka", "Łukasz Nowak"), ("रीम", "रीमा देवी")):
        choices = await room.moderator.autocomplete(room.here.channel, "quote", "who", typed)
        assert name in [choice["name"] for choice in choices], (typed, choices)
