"""Buttons and menus: pages, other meanings, near misses, entries in full; all of them after a restart too."""

from __future__ import annotations

import discord
import pytest
from newsroom import Newsroom

from bot.answers.asks import MENU_ID
from bot.client import Dateline
from bot.config import Config

pytestmark = pytest.mark.simcord(shard_count=1)


async def restart(newsroom: Newsroom) -> None:
    """Start another bot on the same store."""
    await newsroom.env.restart_bot(Dateline(Config(cooldown=None), newsroom.store, message_content=True))


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("question", ["!timeline", "!search about kind:figures", "!quote mass deportations"])
async def test_pages(newsroom: Newsroom, question: str, *, restarted: bool) -> None:
    """The asker turns pages in place, to the end and back, also after a restart."""
    first = await newsroom.typed(question)
    if restarted:
        await restart(newsroom)

    second = await newsroom.press(first, "Next")
    again = await newsroom.press(second, "Previous")

    assert second.message.id == first.message.id
    assert "Page 2 of" in second.footer
    assert not {o.value for o in first.options} & {o.value for o in second.options}
    assert (again.text, again.footer) == (first.text, first.footer)
    assert first.disabled == ("Previous",)


async def test_pages_hold_everything(newsroom: Newsroom) -> None:
    """Going from page to page shows every event, each once."""
    page = await newsroom.typed("!timeline")
    found = [option.label.split()[0] for option in page.options]

    while "Next" not in page.disabled:
        page = await newsroom.press(page, "Next")
        found += [option.label.split()[0] for option in page.options]

    assert len(found) == len(set(found)) == 11
    assert "11 in all" in page.footer


async def test_press_of_another(newsroom: Newsroom) -> None:
    """Another person's press opens the page for them alone and leaves the card as it is."""
    card = await newsroom.typed("!timeline")

    theirs = await newsroom.press(card, "Next", newsroom.other)

    assert theirs.hidden
    assert "Page 2 of 2" in theirs.footer
    assert "Page 1 of 2" in newsroom.now(card).footer


async def test_own_copy(newsroom: Newsroom) -> None:
    """In the copy that a press opened, its owner turns pages in place."""
    card = await newsroom.typed("!timeline")
    copy = await newsroom.press(card, "Next", newsroom.other)

    first = await newsroom.press(copy, "Previous", newsroom.other)

    assert first.message.id == copy.message.id
    assert first.hidden
    assert "Page 1 of 2" in first.footer


@pytest.mark.parametrize(
    ("question", "meant", "other", "title"),
    [
        ("!stats trump", "Figures: Donald Trump", "Trump administration (organization)", "Figures: Trump adm"),
        ("!stats la", "Figures: Los Angeles County", "City of Los Angeles (place)", "City of Los Angeles"),
        ("!quote trump", "Quotations: Donald Trump", "", ""),
        (
            "!profile aclu",
            "American Civil Liberties Union",
            "ACLU of Southern California (organization)",
            "ACLU of Southern",
        ),
    ],
)  # fmt: skip
async def test_ambiguous(newsroom: Newsroom, question: str, meant: str, other: str, title: str) -> None:
    """A name with several meanings is answered with the likeliest, and a button has each other one."""
    answer = await newsroom.typed(question)

    assert answer.title == meant
    if other:
        assert "The name can also mean" in answer.everything
        assert other in answer.everything
        assert title in (await newsroom.press(answer, other)).title


@pytest.mark.parametrize(
    ("question", "button", "title"),
    [
        ("!stats chicgo", "Chicago (place)", "Figures: Chicago"),
        ("!quote landua", "Rue Landau (person)", "Quotations: Rue Landau"),
        ("!quote homna about grants", "Tom Homan (person)", "Nothing found"),
        ("!quote homna about border", "Tom Homan (person)", "Quotations: Tom Homan on “border”"),
        ("!profile philadelpia", "Philadelphia (place)", "Philadelphia"),
        ("!compare deportatoins", "Deportations (measure)", "Compare: Deportations"),
        ("!timeline newsome", "Gavin Newsom (person)", "Timeline: Gavin Newsom"),
        ("!search chicgo", "Chicago (place)", "Chicago"),
        ("!compare", "Executive orders expected (measure)", "Compare: Executive orders expected"),
    ],
)
async def test_near_miss(newsroom: Newsroom, question: str, button: str, title: str) -> None:
    """A typing mistake is answered with what may have been meant, and pressing that answers the question."""
    miss = await newsroom.typed(question)

    answer = await newsroom.press(miss, button)

    assert miss.title == "Nothing found"
    assert answer.title == title


async def test_near_miss_comes_first(newsroom: Newsroom) -> None:
    """The city goes before its mayor, who is known by the city's name too."""
    miss = await newsroom.typed("!search chicgo")

    assert miss.buttons[0] == "Chicago (place)"


async def test_near_miss_after_a_slash_command(newsroom: Newsroom) -> None:
    """Near misses after a slash command are seen by the asker alone; the answer takes their place."""
    miss = await newsroom.slash("stats", about="chicgo")

    await newsroom.asker.click(miss.message, label="Chicago (place)")

    assert miss.hidden
    assert "257,000" in newsroom.now(miss).text


async def test_details(newsroom: Newsroom) -> None:
    """An entry is opened in full beside its card, for the presser alone."""
    card = await newsroom.typed("!stats chicago")

    full = await newsroom.press(card, "Details")

    assert full.hidden
    assert full.title == "#2 · Figure · Chicago"
    assert "characters 5,642 to 5,693" in full.text
    assert newsroom.now(card).title == "Figures: Chicago"


async def test_menu(newsroom: Newsroom) -> None:
    """The menu of a list opens any of its entries in full, also after a restart."""
    card = await newsroom.typed("!quote homan")
    await restart(newsroom)

    full = await newsroom.pick(card, "#16")

    assert full.hidden
    assert full.title == "#16 · Quotation · Tom Homan"
    assert "Frankly, there will be a mass deportation," in full.text


async def test_source_of_an_entry(newsroom: Newsroom) -> None:
    """From an entry in full there is a way to its article, and from there to all articles and back."""
    full = await newsroom.typed("!show 2")

    article = await newsroom.press(full, "Source")
    every = await newsroom.press(article, "All sources")
    again = await newsroom.pick(every, "Report on cities")

    assert article.title.startswith("Source 1: Report on cities")
    assert every.title == "Sources"
    assert again.title == article.title


async def test_profile_leads_on(newsroom: Newsroom) -> None:
    """From a profile there are ways to all figures, all quotations and the timeline."""
    titles = []

    for label in ("All figures", "All quotations", "Timeline"):
        profile = await newsroom.typed("!profile donald trump")
        titles.append((await newsroom.press(profile, label)).title)

    assert titles == ["Figures: Donald Trump", "Quotations: Donald Trump", "Timeline: Donald Trump"]


async def test_another_at_random(newsroom: Newsroom) -> None:
    """The button for another shows another entry in place."""
    card = await newsroom.typed("!quote")

    other = await newsroom.press(card, "Another")

    assert other.message.id == card.message.id
    assert other.text != card.text


async def test_picture_goes_with_its_card(newsroom: Newsroom) -> None:
    """A comparison that takes a miss's place brings its picture."""
    miss = await newsroom.typed("!compare deportatoins")

    card = await newsroom.press(miss, "Deportations (measure)")

    assert len(card.files) == 1


async def test_button_of_another_version(newsroom: Newsroom) -> None:
    """A menu whose lines are no questions of ours says so, and is no fault of the bot."""
    view = discord.ui.View()
    view.add_item(discord.ui.Select(custom_id=MENU_ID, options=[discord.SelectOption(label="x", value="ask:nothing")]))
    view.stop()
    channel = newsroom.env.bot.get_partial_messageable(newsroom.channel.id)
    message = await channel.send("an old card", view=view)

    result = await newsroom.asker.select(message, ["ask:nothing"])

    assert result.response is not None
    assert result.response.content == "This card is from another version of the bot. Please ask again."
