"""Entries added by moderators: forms, drafts, faults, near-duplicates, new sources; nothing typed is lost."""

from __future__ import annotations

import pytest
import simcord
from moderating import EVENT, FIGURE, QUOTATION, Moderated, moderated
from newsroom import seen

from bot.moderating.actions import Action, custom_id
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)

GONE = "This draft is gone."


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


async def test_a_figure_is_added(room: Moderated) -> None:
    """The form leads to a draft with the sentence of the source, and saving it lets everybody in the server find it."""
    source = await room.publish()

    form = await room.slash_form("entry add stat", source=str(source))
    draft = await room.fill(form, **FIGURE)
    saved = await room.press(draft, "Save")

    assert draft.hidden
    assert "About 12,400 people cross the bay each week, according to the Harbor Survey Office." in draft.text
    assert "Verified" in draft.text
    assert saved.title.startswith("Saved as #")
    assert "about 12,400 people" in (await room.typed("!stats harrow bay", room.member)).text
    assert "about 12,400 people" not in (await room.typed("!stats harrow bay", room.elsewhere.member)).text


@pytest.mark.parametrize(("kind", "fields"), [("stat", FIGURE), ("quote", QUOTATION), ("event", EVENT)])
async def test_every_kind(room: Moderated, kind: str, fields: dict[str, str]) -> None:
    """Each kind has a form of its own, and what was filled in is shown in full once it is saved."""
    entry_id = await room.add(kind)

    shown = (await room.typed(f"!show {entry_id}")).everything

    for text in ("Harrow Bay", fields["statement"]):
        assert text in shown
    assert f"<@{room.moderator.id}>" in shown
    assert "verified" in shown


async def test_no_source_is_taken_for_granted(room: Moderated) -> None:
    """Where nobody said where it stands, the draft asks, and its menu has chosen nothing, also of one source alone."""
    form = await room.slash_form("entry add stat")
    draft = await room.fill(form, **FIGURE)
    source = await room.press_form(draft, "Source")

    assert "choose the source that says so, or add it" in draft.text
    assert "Save" in draft.disabled
    assert source.values["source"] == ""
    assert len(source.options["source"]) == 2


async def test_a_number_that_is_no_source(room: Moderated) -> None:
    """A number is a source's number: one that there is not here is refused, and not found in another's name."""
    there = await room.publish()

    refused = [
        await room.slash("entry add stat", source="2024"),
        await room.slash("entry add stat", room.elsewhere.moderator, source=str(there)),
        await room.typed("!entry add stat source:2024"),
        await room.slash("suggest", room.member, kind="figure", source="#2024"),
    ]

    for one, number in zip(refused, (2024, there, 2024, 2024), strict=True):
        assert one.content.startswith(f"There is no source {number} in this server.")
    assert (await room.slash_form("entry add stat", source="report on cities")).title == "Figure"


async def test_faults_keep_what_was_typed(room: Moderated) -> None:
    """A draft with faults names each, cannot be saved, and its form comes back as it was sent."""
    source = await room.publish()
    form = await room.slash_form("entry add stat", source=str(source))

    draft = await room.fill(form, **{**FIGURE, "figure": "many people", "about": "; ;"})
    again = await room.press_form(draft, "Figure")
    mended = await room.fill(again, None, draft, figure="about 12,400 people", about="Harrow Bay")

    assert "Save" in draft.disabled
    assert "“Figure”" in draft.text
    assert "“About”" in draft.text
    assert again.values["figure"] == "many people"
    assert again.values["statement"] == FIGURE["statement"]
    assert mended.message.id == draft.message.id
    assert "Save" not in mended.disabled


async def test_words_that_are_not_there(room: Moderated) -> None:
    """A quotation that the source has otherwise is not taken; the nearest sentence shows in bold what differs."""
    source = await room.publish()
    form = await room.slash_form("entry add quote", source=str(source))

    draft = await room.fill(form, **{**QUOTATION, "words": "The pier is full by eight,"})

    assert "Save" in draft.disabled
    assert "**seven**" in draft.text


@pytest.mark.parametrize(("kind", "fields"), [("stat", FIGURE), ("quote", QUOTATION), ("event", EVENT)])
async def test_all_that_it_is_about(room: Moderated, kind: str, fields: dict[str, str]) -> None:
    """A draft of any kind shows all that the entry will be about, also what its card will not name."""
    form = await room.slash_form(f"entry add {kind}", source=str(await room.publish()))

    draft = await room.fill(form, **fields | {"about": "Harrow Bay; Chicago; Ferry"})

    assert "About: Harrow Bay; Chicago; Ferry" in draft.everything


@pytest.mark.parametrize("typed", ["March 4, 2024", "4 mar. 2024", "2024-3-4"])
async def test_a_date_as_people_write_it(room: Moderated, typed: str) -> None:
    """A date may be typed as it is written; the card writes it as the server does."""
    entry_id = await room.add("event", date=typed)

    assert "4 March 2024" in (await room.typed(f"!show {entry_id}", room.member)).text


async def test_new_names_are_told(room: Moderated) -> None:
    """A name that the store does not know is shown as new, with what may have been meant."""
    form = await room.slash_form("entry add quote", source="1")
    draft = await room.fill(form, **QUOTATION | {"speaker": "homan", "about": "chicgo"})

    assert "“homan” (person). Did you mean Tom Homan?" in draft.everything
    assert "“chicgo” (topic). Did you mean Chicago" in draft.everything


async def test_marks_and_spaces_do_not_matter(room: Moderated) -> None:
    """Straight marks and other line ends count as the printed ones."""
    source = await room.publish()
    form = await room.slash_form("entry add quote", source=str(source))

    draft = await room.fill(form, **{**QUOTATION, "words": "We can't  wait."})
    saved = await room.press(draft, "Save")

    assert saved.title.startswith("Saved as #")


async def test_a_new_source(room: Moderated) -> None:
    """A source is made together with its entry; without its text the entry is unverified, and every card says so."""
    form = await room.slash_form("entry add stat")
    draft = await room.fill(form, **FIGURE)
    choice = await room.press_form(draft, "Source")
    waiting = await room.fill(choice, None, draft, source=choice.options["source"]["A new source…"])

    asked = await room.press_form(waiting, "New source")
    sourced = await room.fill(
        asked,
        None,
        waiting,
        new_title="A second ferry",
        new_publisher="Harrow Bay Courier",
        new_author="not stated",
        new_url="https://courier.example/ferry",
        new_published="2024-03-05",
    )
    saved = await room.press(sourced, "Save")

    assert "New source" in waiting.text
    assert "Save" in waiting.disabled
    assert "Unverified" in sourced.text
    assert saved.title.startswith("Saved as #")
    assert "Unverified" in (await room.typed("!stats harrow bay", room.member)).text
    assert "A second ferry" in (await room.typed("!sources", room.member)).text
    assert "A second ferry" not in (await room.typed("!sources", room.elsewhere.member)).text


async def test_a_source_needs_all_it_asks_for(room: Moderated) -> None:
    """A particular of a new source that is only spaces is a fault, and the rest of the form is kept."""
    form = await room.slash_form("entry add stat")
    draft = await room.fill(form, **FIGURE)
    choice = await room.press_form(draft, "Source")
    waiting = await room.fill(choice, None, draft, source="new")
    asked = await room.press_form(waiting, "New source")
    particulars = {f"new_{name}": "not stated" for name in ("title", "publisher", "author", "url", "published")}

    faulty = await room.fill(asked, None, waiting, **{**particulars, "new_title": " ", "new_publisher": "Courier"})
    again = await room.press_form(faulty, "New source")

    assert "Save" in faulty.disabled
    assert again.values["new.publisher"] == "Courier"


async def test_a_near_duplicate_is_shown_first(room: Moderated) -> None:
    """The same figure for the same subject and measure is shown with its id, and saved only all the same."""
    first = await room.add("stat")
    source = await room.publish(label="Another report")
    form = await room.slash_form("entry add stat", source=str(source))

    draft = await room.fill(form, **FIGURE)
    saved = await room.press(draft, "Save all the same")

    assert f"#{first}" in draft.text
    assert "Save" not in draft.buttons
    assert saved.title.startswith("Saved as #")


async def test_a_duplicate_that_came_meanwhile(room: Moderated) -> None:
    """What somebody saved while the draft was open is shown before anything is saved."""
    source = await room.publish()
    form = await room.slash_form("entry add stat", source=str(source))
    draft = await room.fill(form, **FIGURE)
    other = await room.add("stat")

    shown = await room.press(draft, "Save")

    assert f"#{other}" in shown.text
    assert "Save all the same" in shown.buttons


async def test_two_clicks_save_once(room: Moderated) -> None:
    """A second click on the same Save finds the draft gone."""
    source = await room.publish()
    form = await room.slash_form("entry add stat", source=str(source))
    await room.fill(form, **FIGURE)
    planted = await room.plant(custom_id(Action("entry.save", 1)))

    first = await room.press(planted, "Press")
    second = await room.press(planted, "Press")

    assert first.title.startswith("Saved as #")
    assert second.content.startswith(GONE)


async def test_after_a_restart(room: Moderated) -> None:
    """Both an open form and a draft's card work after a restart."""
    source = await room.publish()
    form = await room.slash_form("entry add stat", source=str(source))
    await room.restart()

    draft = await room.fill(form, **FIGURE)
    await room.restart()
    saved = await room.press(draft, "Save")

    assert saved.title.startswith("Saved as #")


@pytest.mark.parametrize("action", ["entry.save", "entry.step", "entry.source", "entry.discard", "entry.draft"])
async def test_a_draft_is_its_author_s(room: Moderated, action: str) -> None:
    """Another moderator, here or in another server, finds no draft under the same id."""
    form = await room.slash_form("entry add stat")
    draft = await room.fill(form, **FIGURE)
    wanted = custom_id(Action(action, 1, "0"))

    here = await room.press(await room.plant(wanted), "Press", room.keeper)
    there = await room.press(await room.plant(wanted, room.elsewhere), "Press", room.elsewhere.moderator)

    assert here.content.startswith(GONE)
    assert there.content.startswith(GONE)
    assert (await room.press_form(draft, "Figure")).values["figure"] == FIGURE["figure"]


async def test_drafts_are_found_again(room: Moderated) -> None:
    """A draft whose card is gone is listed, and goes on where it was left."""
    form = await room.slash_form("entry add stat")
    await room.fill(form, **FIGURE)

    listed = await room.slash("entry drafts")
    draft = await room.pick(listed, "Figure")

    assert "about 12,400 people" in listed.text
    assert "Discard" in draft.buttons
    assert "no drafts" in (await room.press(await room.plant("do:entry.drafts::"), "Press", room.keeper)).text


async def test_discarded(room: Moderated) -> None:
    """A draft is discarded after a question, which names it; then it is gone, and nothing was saved."""
    form = await room.slash_form("entry add stat")
    draft = await room.fill(form, **FIGURE)

    asked = await room.press(draft, "Discard")
    kept = await room.press(asked, "Keep it")
    told = await room.press(await room.press(kept, "Discard"), "Discard it")

    assert "about 12,400 people" in asked.text
    assert kept.everything == draft.everything
    assert "Nothing was saved" in told.text
    assert "no drafts" in (await room.slash("entry drafts")).text


async def test_typed(room: Moderated) -> None:
    """A moderator by role types the command and gets a button that opens the same form."""
    offered = await room.typed("!entry add quote", room.keeper)
    form = await room.press_form(offered, "Add a quotation", room.keeper)

    assert set(form.values) == set(QUOTATION)


@pytest.mark.parametrize("text", ["", "nonsense", "add", "add picture", "alias", "alias remove", "source", "a`*b"])
async def test_typed_without_sense(room: Moderated, text: str) -> None:
    """What is no command is answered with what was wrong, and with all that can be typed."""
    told = await room.typed(f"!entry {text}")

    assert "!entry add stat" in told.text
    assert "!entry alias remove" in told.text
    wrong = f"`!entry {text.replace('`', 'ˋ')}` is none of these, or not all of it:"
    assert told.text.startswith(wrong) == bool(text)


async def test_typed_with_the_name_of_a_source(room: Moderated) -> None:
    """The name of a source after the kind chooses it, as a number does; one that there is not is told at once."""
    source = await room.publish(label="Report on cities")

    named = await room.typed("!entry add quote Report on cities")
    draft = await room.fill(await room.press_form(named, "Add a quotation"), None, None, **QUOTATION)
    form = await room.press_form(draft, "Source")
    missing = await room.typed("!entry add quote Zebra 99")

    assert form.values["source"] == str(source)
    assert "There is no such source" in missing.content
    assert missing.buttons == ()


async def test_many_new_names(room: Moderated) -> None:
    """Of many new names those that fit are whole, with what each is, and the rest is counted."""
    long = "; ".join(f"Name number {number} with a very long name that goes on and on" for number in range(20))
    source = await room.publish()
    form = await room.slash_form("entry add event", source=str(source))

    draft = await room.fill(form, None, None, **{**EVENT, "about": long})

    listed = draft.text.partition("New here, made when it is saved\n")[2].split("\n")
    whole = [name for name in listed if name.startswith("“")]
    assert all(name.endswith("(topic)") for name in whole)
    assert listed[len(whole)] == f"and {20 - len(whole)} more"
    assert 5 < len(whole) < 20


@pytest.mark.parametrize("text", ["edit", "edit x", "remove 1x", "status", "history #"])
async def test_typed_without_a_number(room: Moderated, text: str) -> None:
    """A command that needs a number asks for it."""
    told = await room.typed(f"!entry {text}")

    assert "number of an entry" in told.content


@pytest.mark.parametrize("text", ["", "add stat", "edit 1", "alias add chicago = x"])
async def test_members_are_refused(room: Moderated, text: str) -> None:
    """A member is told which permission or role it takes, and a button of a moderator's does not help."""
    told = await room.typed(f"!entry {text}", room.member)
    offered = await room.typed("!entry add stat")
    pressed = seen(await room.member.click(offered.message, label="Add a figure"))

    for refused in (told, pressed):
        assert "Manage Server" in refused.content
        assert "<@&" in refused.content


async def test_what_is_offered_while_typing(room: Moderated) -> None:
    """Sources are offered to moderators of the server that has them, and to nobody else."""
    await room.publish()
    channel, other = room.here.channel, room.elsewhere

    here = await room.moderator.autocomplete(channel, "entry add stat", "source", "second")
    there = await other.moderator.autocomplete(other.channel, "entry add stat", "source", "second")

    assert [choice["name"] for choice in here] == ["Report on a second ferry"]
    assert there == []


async def test_in_private(room: Moderated) -> None:
    """In a direct message there is no server to moderate, and the answer says so."""
    sent = await room.moderator.send_dm("entry add stat")
    reply = room.moderator.user.dm_channel.last_message

    assert reply is not None
    assert reply != sent
    assert "in a server only" in seen(reply).content
    assert room.env.errors


async def test_a_long_entry(room: Moderated) -> None:
    """The card of a draft too long for it says that only the card is shortened; the entry is saved whole."""
    source = await room.publish()
    form = await room.slash_form("entry add stat", source=str(source))

    draft = await room.fill(form, **{**FIGURE, "statement": "words " * 600 + "end"})
    saved = await room.press(draft, "Save")
    entry_id = saved.title.removeprefix("Saved as #")
    again = await room.slash_form("entry edit", id=entry_id)

    assert "Shortened here, not when saved." in draft.text
    assert again.values["statement"].endswith("words end")


async def test_a_source_by_its_name(room: Moderated) -> None:
    """What is typed of a source's name chooses it; a name that there is not is refused."""
    source = await room.publish()

    form = await room.slash_form("entry add stat", source="second ferry")
    draft = await room.fill(form, **FIGURE)
    refused = await room.slash("entry add stat", source="Nothing of the kind")

    assert (await room.press_form(draft, "Source")).values["source"] == str(source)
    assert "no such source" in refused.content


async def test_an_old_source_stays_chosen(room: Moderated) -> None:
    """A source that is not among the newest is in the form of the draft that has it."""
    source = await room.publish()
    for number in range(30):
        await room.publish(label=f"Later report {number}")
    form = await room.slash_form("entry add stat", source=str(source))
    draft = await room.fill(form, **FIGURE)

    choice = await room.press_form(draft, "Source")

    assert choice.values["source"] == str(source)
    assert len(choice.options["source"]) == 25


async def test_another_server_s_source(room: Moderated) -> None:
    """A source of another server cannot be chosen by its number."""
    source = await room.publish()
    planted = await room.plant(custom_id(Action("entry.add", source, "stat")), room.elsewhere)

    refused = await room.press(planted, "Press", room.elsewhere.moderator)

    assert refused.content.startswith(f"There is no source {source} in this server.")
    assert "Report on a second ferry" not in refused.everything


async def test_names_are_offered_while_typing(room: Moderated) -> None:
    """An alias is added to a name that is known; those are offered."""
    offered = await room.moderator.autocomplete(room.here.channel, "entry alias add", "subject", "chic")

    assert "Chicago" in [choice["name"] for choice in offered]
