"""Members suggest: the form, its limits, what waits already, support, and what became of one's own."""

from __future__ import annotations

import pytest
import simcord
from moderating import FIGURE, QUOTATION, opened
from newsroom import seen
from suggesting import TITLES, Desk, suggesting

from bot.moderating.suggestions import OPEN_LIMIT
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)


@pytest.fixture
async def desk(simcord_env: simcord.Env, store: Database) -> Desk:
    """Return a server with a review channel, in which members suggest."""
    return await suggesting(simcord_env, store)


@pytest.mark.parametrize("kind", ["figure", "quotation", "event"])
async def test_a_suggestion_reaches_the_reviewers(desk: Desk, kind: str) -> None:
    """What a member sends is told to them alone, stored, and posted in the review channel as it would look."""
    sent = await desk.suggest(kind)

    assert sent.hidden
    assert sent.title == "Sent as #S1"
    assert desk.card.buttons == ("Approve", "Edit", "Reject")
    assert f"Suggested by <@{desk.member.id}>" in desk.card.text
    assert "Source: Report on a second ferry" in desk.card.text
    assert not desk.card.disabled


async def test_nothing_is_answered_from_a_suggestion_that_waits(desk: Desk) -> None:
    """What waits is no entry: neither its draft nor its card leaves anything behind that members find."""
    before = await desk.room.typed("!stats harrow bay")

    await desk.suggest()

    assert before.everything == (await desk.room.typed("!stats harrow bay")).everything


async def test_typed(desk: Desk) -> None:
    """`!suggest` offers the form of a kind as a button; without a kind the button asks for one."""
    quotation = await desk.room.typed("!suggest quote", desk.member)
    anything = await desk.room.typed("!suggest", desk.member)

    form = await desk.room.press_form(quotation, "Suggest a quotation", desk.member)
    kinds = await desk.room.press(anything, "Suggest an entry", desk.member)

    assert form.title.startswith("Quotation")
    assert kinds.hidden
    assert kinds.buttons == ("Figure", "Quotation", "Event")
    assert (await desk.room.press_form(kinds, "Event", desk.member)).title.startswith("Event")


async def test_a_message_is_suggested(desk: Desk) -> None:
    """“Suggest as quote” fills in the message, its author and its place; once approved, that is the source."""
    message = await desk.other.send(desk.room.here.channel, "The ferry was late again.")

    result = await desk.room.menu("Suggest as quote", message, desk.member)
    assert result.modal is not None
    speaker = "other (@other, member)"
    values = {"words": "The ferry was late again.", "speaker": speaker, "role": "", "about": "", "statement": "Said."}
    draft = seen(await desk.member.submit_modal(result, values))
    await desk.room.press(draft, "Send", desk.member)
    assert speaker in desk.card.everything
    await desk.room.press(desk.card, "Approve")

    found = await desk.room.typed("!search ferry late", desk.member)
    assert "The ferry was late again." in found.everything
    assert "Message in #dateline" in found.everything


@pytest.mark.parametrize("parts", [25, 660])
async def test_a_message_in_very_many_parts(desk: Desk, parts: int) -> None:
    """A quotation of more parts than are searched for is refused with what to do, and is never queued."""
    message = await desk.member.send(desk.room.here.channel, "a " * 1000)
    form = opened(await desk.room.menu("Suggest as quote", message, desk.member))

    draft = await desk.room.fill(form, desk.member, None, words="\n[…]\n".join("a" * parts), statement="On letters.")

    [send] = [label for label in draft.buttons if label.startswith("Send")]
    assert (send in draft.disabled) is (parts > 25)
    assert ("has 660 parts; a quotation has at most 25" in draft.everything) is (parts > 25)


async def test_a_message_attributed_to_somebody_else(desk: Desk) -> None:
    """Where a member names another speaker than a message's author, the reviewers are told who wrote it."""
    message = await desk.other.send(desk.room.here.channel, "I resign.")
    form = opened(await desk.room.menu("Suggest as quote", message, desk.member))

    draft = await desk.room.fill(form, desk.member, None, speaker="Tom Homan", statement="Said.")
    await desk.room.press(draft, "Send", desk.member)

    for card in (draft, desk.card):
        assert f"<@{desk.other.id}> wrote this message" in card.text
        assert "attributed to “Tom Homan”" in card.text


async def test_a_new_source_waits_too(desk: Desk) -> None:
    """The source that a member describes becomes a source of the server when the suggestion is approved, once."""
    draft = await desk.draft()
    step = await desk.room.press_form(draft, "Source", desk.member)
    draft = await desk.room.fill(step, desk.member, draft, source="new")
    form = await desk.room.press_form(draft, "New source", desk.member)
    stated = dict.fromkeys(("new_publisher", "new_author", "new_url", "new_published"), "not stated")
    draft = await desk.room.fill(form, desk.member, draft, new_title="Harbor Survey", **stated)

    await desk.room.press(draft, "Send", desk.member)
    waiting = await desk.room.typed("!sources", desk.member)
    approved = await desk.room.press(desk.card, "Approve")
    await desk.room.press(approved, "Take back")
    await desk.room.press(desk.card, "Approve")

    assert "Harbor Survey" not in waiting.everything
    assert (await desk.room.typed("!sources", desk.member)).everything.count("Harbor Survey") == 1


async def test_faults_come_back(desk: Desk) -> None:
    """What cannot be an entry cannot be sent, and nothing that was typed is lost."""
    draft = await desk.draft(figure="many people")

    again = await desk.room.press_form(draft, "Figure", desk.member)

    assert "Send" in draft.disabled
    assert again.values["figure"] == "many people"
    assert again.values["statement"] == FIGURE["statement"]


async def test_who_may_suggest(desk: Desk) -> None:
    """Where the server's settings say so, only moderators suggest, or nobody; the refusal says which, and why."""
    await desk.choose(suggesting="moderators")
    refused = await desk.room.slash("suggest", desk.member, kind="figure")
    await desk.suggest("figure", desk.room.keeper)
    await desk.choose(suggesting="nobody")
    closed = await desk.room.slash("suggest", desk.room.moderator, kind="figure")
    typed = await desk.room.typed("!suggest figure", desk.member)

    assert "only moderators suggest" in refused.content
    role = desk.room.here.guild.roles["Keepers"].id
    assert f"needs the permission Manage Server or the role <@&{role}>, which you do not have here." in refused.content
    assert "does not take suggestions" in closed.content
    assert "does not take suggestions" in typed.content
    assert typed.buttons == ()
    assert len(desk.cards) == 1


async def test_a_draft_is_refused_once_suggesting_ends(desk: Desk) -> None:
    """The settings are asked at the click that sends, not when the form was opened."""
    draft = await desk.draft()
    await desk.choose(suggesting="nobody")

    refused = await desk.room.press(draft, "Send", desk.member)

    assert "does not take suggestions" in refused.content
    assert not desk.cards


async def test_a_limit_of_open_suggestions(desk: Desk) -> None:
    """So many may wait; then the member is told what to do, and withdrawing one makes room."""
    for number in range(OPEN_LIMIT):
        await desk.suggest("event", title=TITLES[number], date="", date_printed="")

    full = await desk.room.slash("suggest", desk.member, kind="figure")
    mine = await desk.room.slash("suggestions mine", desk.member)
    await desk.room.press(mine, f"Withdraw #S{OPEN_LIMIT}", desk.member)
    sent = await desk.suggest()

    assert f"{OPEN_LIMIT} of your suggestions wait" in full.content
    assert "/suggestions mine" in full.content
    assert sent.title == f"Sent as #S{OPEN_LIMIT + 1}"


async def test_support_in_place_of_a_second_one(desk: Desk) -> None:
    """What waits already is offered for support, which counts once and shows on the reviewers' card."""
    await desk.suggest("quotation")

    offered = await desk.room.press(await desk.draft("quotation", desk.other), "Send", desk.other)
    supported = await desk.room.press(offered, "Support #S1", desk.other)
    again = await desk.room.press(await desk.draft("quotation", desk.other), "Send", desk.other)
    refused = await desk.room.press(again, "Support #S1", desk.other)

    assert QUOTATION["words"] in offered.text
    assert offered.buttons == ("Support #S1", "Suggest mine all the same", "Back to my draft")
    assert supported.title == "You support #S1"
    assert "1 member supports it." in desk.card.text
    assert "support #S1 already" in refused.content
    assert len(desk.cards) == 1


async def test_all_the_same(desk: Desk) -> None:
    """Whoever wants their own all the same may send it, and the reviewers see that the two are alike."""
    await desk.suggest()
    offered = await desk.room.press(await desk.draft("figure", desk.other), "Send", desk.other)

    sent = await desk.room.press(offered, "Suggest mine all the same", desk.other)

    assert sent.title == "Sent as #S2"
    assert "`#S1`" in desk.card.text


async def test_back_to_the_draft(desk: Desk) -> None:
    """The offer of support leaves the draft as it was."""
    await desk.suggest()
    offered = await desk.room.press(await desk.draft("figure", desk.other), "Send", desk.other)

    draft = await desk.room.press(offered, "Back to my draft", desk.other)

    assert "Send" in draft.buttons
    assert "12,400 people" in draft.text


async def test_ones_own_waits_already(desk: Desk) -> None:
    """Who suggests the same again is told that it waits, with a way to it, and is not asked to support it."""
    await desk.suggest()
    await desk.suggest("event")

    told = await desk.room.press(await desk.draft(), "Send", desk.member)
    mine = await desk.room.press(told, "My suggestions", desk.member)

    assert told.buttons == ("Suggest mine all the same", "Back to my draft", "My suggestions")
    assert "#S1" in told.text
    assert "You suggested this yourself" in told.text
    assert "Waits for a decision" in mine.text


async def test_nobody_supports_their_own(desk: Desk) -> None:
    """Nobody adds weight to what they suggested themselves, whatever they press."""
    await desk.suggest()
    planted = await desk.room.plant("do:suggestion.support:1:")

    refused = await desk.room.press(planted, "Press", desk.member)

    assert "yourself" in refused.content
    assert "supports it" not in desk.card.text


async def test_what_nearly_says_the_same(desk: Desk) -> None:
    """What waits under another wording or another name of its subject is offered for support too."""
    await desk.suggest("event")
    await desk.suggest("figure", about="Philadelphia")

    event = await desk.draft("event", desk.other, title="Council votes for second ferry")
    figure = await desk.draft("figure", desk.other, about="philly")

    for draft, id_ in ((event, 1), (figure, 2)):
        offered = await desk.room.press(draft, "Send", desk.other)
        assert f"Support #S{id_}" in offered.buttons


async def test_who_supports_hears_of_it(desk: Desk) -> None:
    """Whoever supports a suggestion is told what was decided, and has it among their own, without a way to withdraw."""
    await desk.suggest()
    await desk.room.press(
        await desk.room.press(await desk.draft("figure", desk.other), "Send", desk.other), "Support #S1", desk.other
    )
    waiting = await desk.room.slash("suggestions mine", desk.other)

    await desk.room.press(desk.card, "Approve")

    [told] = desk.told(desk.other)
    mine = await desk.room.slash("suggestions mine", desk.other)
    assert told.title == "A suggestion that you support was approved"
    assert "`#36`" in told.text
    assert "You support it" in waiting.text
    assert waiting.buttons == ()
    assert "Approved" in mine.text
    assert "It is entry `#36`." in mine.text
    assert len(desk.told()) == 1


async def test_a_moderator_who_supports(desk: Desk) -> None:
    """Who decides on what they support themselves is not told of it."""
    await desk.suggest()
    await desk.room.press(await desk.room.plant("do:suggestion.support:1:"), "Press", desk.room.moderator)

    await desk.room.press(desk.card, "Approve")

    assert desk.told(desk.room.moderator) == []


async def test_an_entry_that_says_the_same(desk: Desk) -> None:
    """The draft shows the stored entry, and is sent all the same only by a button that says so."""
    await desk.suggest()
    await desk.room.press(desk.card, "Approve")

    draft = await desk.draft("figure", desk.other)
    sent = await desk.room.press(draft, "Send all the same", desk.other)

    assert "Stored already" in draft.text
    assert "Send" not in draft.buttons
    assert sent.title == "Sent as #S2"
    assert "Stored already" in desk.card.text


async def test_pages_of_ones_own(desk: Desk) -> None:
    """One's own suggestions are listed newest first, a few on a page, and nobody else's are among them."""
    for number in range(7):
        await desk.suggest("event", title=TITLES[number], date="", date_printed="")
    await desk.suggest("figure", desk.other)

    first = await desk.room.slash("suggestions mine", desk.member)
    second = await desk.room.press(first, "Next", desk.member)

    assert first.hidden
    assert TITLES[6] in first.text
    assert TITLES[1] not in first.text
    assert TITLES[0] in second.text
    assert "Next" in second.disabled
    assert "12,400" not in first.text + second.text


async def test_a_draft_is_found_again(desk: Desk) -> None:
    """What was begun and not sent is listed with one's own suggestions, for nobody else, and goes on from there."""
    await desk.draft()

    mine = await desk.room.slash("suggestions mine", desk.member)
    others = await desk.room.slash("suggestions mine", desk.other)
    draft = await desk.room.pick(mine, "Figure", desk.member)
    sent = await desk.room.press(draft, "Send", desk.member)

    assert "suggested nothing here yet" in mine.text
    assert others.options == ()
    assert sent.title == "Sent as #S1"


async def test_withdrawn(desk: Desk) -> None:
    """A member takes their own suggestion out of the queue; nobody else does, and it cannot be approved any more."""
    await desk.suggest()
    mine = await desk.room.slash("suggestions mine", desk.member)

    after = await desk.room.press(mine, "Withdraw #S1", desk.member)

    assert "Withdrawn" in after.text
    assert "withdrawn" in desk.card.title
    assert desk.card.buttons == ()


async def test_after_a_restart(desk: Desk) -> None:
    """A draft that was begun before a restart is sent after it."""
    draft = await desk.draft()
    await desk.room.restart()

    sent = await desk.room.press(draft, "Send", desk.member)

    assert sent.title == "Sent as #S1"
    assert desk.card.buttons == ("Approve", "Edit", "Reject")


async def test_in_private(desk: Desk) -> None:
    """A suggestion belongs to a server, so that there is nothing to suggest in a direct message."""
    await desk.member.user.send_dm("suggest quote")

    assert "in a server only" in desk.told()[-1].content
    assert len(desk.room.env.errors) == 1  # discord.py reports a refusal, also where it was answered


async def test_hostile_text(desk: Desk) -> None:
    """Whatever is typed, the cards show it harmlessly, and it mentions nobody."""
    evil = "@everyone <@1> **x** [a](https://e.com) \u202e`code` "

    await desk.suggest("event", title=evil, statement=f"{evil}\n# " * 50)
    offered = await desk.room.press(await desk.draft("event", desk.other, title=evil), "Send", desk.other)
    mine = await desk.room.slash("suggestions mine", desk.member)

    for card in (desk.card, offered, mine):
        assert "@everyone" not in card.everything
        assert "\\[a\\]" in card.everything
        assert "<@1>" not in card.everything
        assert "\u202e" not in card.everything
