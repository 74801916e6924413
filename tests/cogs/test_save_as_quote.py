"""The context menu "Save as quote": a message in the server becomes a quotation and its source."""

from __future__ import annotations

import discord
import pytest
import simcord
from moderating import FIGURE, Moderated, moderated, opened
from newsroom import Seen, seen
from simcord import MemberActor

from bot.store import quoted
from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)

MENU = "Save as quote"
TEXT = "We will row if we must.\nAnd we @everyone will."


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


async def said(room: Moderated, text: str = TEXT, by: MemberActor | None = None) -> discord.Message:
    """Return a message that somebody wrote."""
    return await (by or room.member).send(room.here.channel, text)


async def test_a_message_is_saved(room: Moderated) -> None:
    """The form holds the message; the quotation is proven word for word, and leads to the message."""
    message = await said(room)

    form = opened(await room.menu(MENU, message))
    draft = await room.fill(form, None, None, statement="On the ferry.")
    saved = await room.press(draft, "Save")
    shown = (await room.typed("!quote newsroom-member", room.member)).everything
    entry_id = saved.title.removeprefix("Saved as #")
    full = (await room.typed(f"!show {entry_id}", room.member)).everything
    source = (await room.slash("sources", source="Message in #dateline")).everything

    assert form.values["words"] == TEXT
    assert form.values["speaker"] == "newsroom-member (@newsroom-member, member)"
    assert "Source" not in draft.buttons
    assert "> “We will row if we must.\n> And we @\u200beveryone will.”\n" in shown
    assert "Source: Message in #dateline, 1 January 2026" in shown
    assert "1 January 2026, 00:00 UTC" in shown
    assert "verified" in full
    assert "Saved from a message in this server." in full
    assert message.jump_url in source
    assert "newsroom-member" in source
    async with room.store.read() as conn:
        kept = await quoted.select_of(conn, room.here.guild.id, room.member.id)
    assert [str(entry.id) for entry in kept] == [entry_id]


async def test_the_words_stay_the_message_s(room: Moderated) -> None:
    """Words that the message does not have are not saved."""
    form = opened(await room.menu(MENU, await said(room)))

    draft = await room.fill(form, None, None, words="We will never row.", statement="On the ferry.")

    assert "Save" in draft.disabled


async def test_a_part_of_a_message(room: Moderated) -> None:
    """A part of the message can be quoted."""
    form = opened(await room.menu(MENU, await said(room)))

    draft = await room.fill(form, None, None, words="We will row if we must.", statement="On the ferry.")

    assert "Save" not in draft.disabled


async def test_two_quotes_of_one_message(room: Moderated) -> None:
    """The message is one source, however often it is quoted."""
    message = await said(room)
    for words in ("We will row if we must.", "And we @everyone will."):
        form = opened(await room.menu(MENU, message))
        draft = await room.fill(form, None, None, words=words, statement="On the ferry.")
        await room.press(draft, "Save")

    listed = await room.slash("sources")

    assert listed.text.count("Message in #dateline, 1 January 2026") == 1


async def test_a_message_without_text(room: Moderated) -> None:
    """A picture alone is no quotation, and the person is told so."""
    message = await room.member.send(room.here.channel, "", attachments=[("cat.png", b"png")])

    told = seen(await room.menu(MENU, message))

    assert "no text to quote" in told.content


async def test_the_bot_s_own_answer(room: Moderated) -> None:
    """An answer of the bot is no source."""
    answer = (await room.typed("!stats chicago")).message
    planted = await room.plant("do:entry.drafts::")

    assert isinstance(answer, discord.Message)
    assert "no text to quote" in seen(await room.menu(MENU, answer)).content
    assert isinstance(planted.message, discord.Message)
    assert "answer of mine" in seen(await room.menu(MENU, planted.message)).content


async def test_mentions_are_names(room: Moderated) -> None:
    """A mention in the message becomes the name that people read."""
    message = await said(room, f"Ask {room.moderator.mention} about it.")

    form = opened(await room.menu(MENU, message))

    assert form.values["words"] == "Ask @newsroom-moderator about it."


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("Party <:party:123456789012345678> <a:wave_2:123456789012345678>!", "Party :party: :wave_2:!"),
        ("It sails <t:1767276000:R>.", "It sails 1 January 2026, 14:00 UTC."),
        (
            "On <t:1767276000:D> at <t:1767276000:t> or <t:1767276000>",
            "On 1 January 2026 at 14:00 UTC or 1 January 2026, 14:00 UTC",
        ),
        ("Never <t:999999999999999>, a <b:c:1> <t:x:R>", "Never <t:999999999999999>, a <b:c:1> <t:x:R>"),
    ],
)
async def test_what_discord_draws_is_words(room: Moderated, raw: str, words: str) -> None:
    """Emoji of a server and moments, which Discord draws, are saved as people would write them, and proven so."""
    form = opened(await room.menu(MENU, await said(room, raw)))

    draft = await room.fill(form, None, None, statement="On the ferry.")

    assert form.values["words"] == words
    assert "Save" not in draft.disabled


async def test_many_lines(room: Moderated) -> None:
    """A message of very many lines is shown with the first of them each on its own."""
    lines = [f"Line {number}." for number in range(12)]
    form = opened(await room.menu(MENU, await said(room, "\n\n".join(lines))))

    draft = await room.fill(form, None, None, statement="On the ferry.")

    assert "> “Line 0.\n> Line 1.\n" in draft.text
    assert "> Line 7. Line 8. Line 9. Line 10. Line 11.”\n" in draft.text


async def test_a_forwarded_message(room: Moderated) -> None:
    """A forwarded message is somebody else's, and the person is sent to the original."""
    forwarded = await room.member.forward(await said(room), room.here.channel)

    told = seen(await room.menu(MENU, forwarded))

    assert "was forwarded" in told.content
    assert "Open the original" in told.content


async def test_a_message_that_not_everybody_can_read(room: Moderated) -> None:
    """The draft of a message in a closed channel says that saving it makes it public; of others it says nothing."""
    guild = room.here.guild
    hidden, shown = (discord.PermissionOverwrite(view_channel=see) for see in (False, True))
    assert guild.me is not None
    overwrites = {guild.default_role: hidden, guild.me: shown, room.moderator: shown}
    closed = guild.create_text_channel("staff", overwrites=overwrites)
    secret = await room.moderator.send(closed, "We will row.")
    drafts: list[Seen] = []

    for channel, message in ((closed, secret), (room.here.channel, await said(room))):
        form = opened(await room.moderator.context_menu(channel, MENU, message))
        drafts.append(seen(await room.moderator.submit_modal(form.result, form.values | {"statement": "On boats."})))

    assert "saving it makes it public in this server" in drafts[0].text
    assert "Message in #staff" in drafts[0].text
    assert "public" not in drafts[1].text


async def test_another_server_does_not_see_it(room: Moderated) -> None:
    """Neither the quotation nor its source is seen in another server."""
    form = opened(await room.menu(MENU, await said(room)))
    await room.press(await room.fill(form, None, None, statement="On the ferry."), "Save")

    quotes = await room.typed("!search row", room.elsewhere.member)
    sources = await room.slash("sources", room.elsewhere.member)

    assert "We will row" not in quotes.everything
    assert "Message in" not in sources.everything


async def test_after_a_restart(room: Moderated) -> None:
    """The form that was open before a restart is taken after it."""
    form = opened(await room.menu(MENU, await said(room)))
    await room.restart()

    draft = await room.fill(form, None, None, statement="On the ferry.")

    assert "Save" not in draft.disabled


async def test_for_moderators_alone(room: Moderated) -> None:
    """The menu is hidden from members, and a moderator by role who is let see it may use it."""
    message = await said(room)

    assert f"{MENU}" not in " ".join(room.member.available_commands(room.here.channel))
    with pytest.raises(simcord.SetupError):
        await room.menu(MENU, message, room.member)


async def test_only_through_the_menu(room: Moderated) -> None:
    """A button that names a message does nothing: what the message says has to come from Discord."""
    planted = await room.plant("do:entry.quote:12:")

    told = await room.press(planted, "Press")

    assert "older version" in told.content


async def save(room: Moderated, by: MemberActor, text: str, /, **fields: str) -> Seen:
    """Save a message of somebody as a quotation and return its draft."""
    form = opened(await room.menu(MENU, await said(room, text, by)))
    draft = await room.fill(form, None, None, statement="On the ferry.", **fields)
    await room.press(draft, "Save")
    return draft


def newcomer(room: Moderated, name: str, shown: str = "") -> MemberActor:
    """Let somebody of this user name, and perhaps a name that is shown, join."""
    return room.here.guild.add_member(room.env.create_user(name, global_name=shown or None))


async def speakers(room: Moderated) -> list[tuple[str, str, int]]:
    """Return the subjects of the server that speak: their kind, their name, and how many quotations they have."""
    async with room.store.read() as conn:
        rows = await conn.execute_fetchall(
            """
            SELECT s.kind, s.name, count(*) FROM entry AS e JOIN subject AS s ON s.id = e.speaker_id
            WHERE e.guild_id = ? GROUP BY s.id ORDER BY s.id
            """,
            (room.here.guild.id,),
        )
    return [tuple(row) for row in rows]


async def test_a_namesake_of_the_story(room: Moderated) -> None:
    """A member named like a person of the story is somebody else: nothing that they say becomes that person's."""
    before = (await room.typed("!quote homan")).everything

    draft = await save(room, newcomer(room, "tom_homan", "Tom Homan"), "I resign and apologise for everything.")

    assert "Tom Homan (@tom\\_homan, member)" in draft.everything
    assert (await room.typed("!quote homan")).everything == before
    for asked in ("!quote tom homan", "!profile homan", "!profile tom homan"):
        assert "I resign" not in (await room.typed(asked)).everything
    assert await speakers(room) == [("person", "Tom Homan (@tom_homan, member)", 1)]


async def test_a_namesake_of_a_place(room: Moderated) -> None:
    """A member named like a place is a person."""
    await save(room, newcomer(room, "chi", "Chicago"), "I am a city.")

    assert await speakers(room) == [("person", "Chicago (@chi, member)", 1)]
    assert "I am a city." not in (await room.typed("!quote chicago")).everything


async def test_two_members_of_one_name(room: Moderated) -> None:
    """Members who show the same name are two speakers."""
    await save(room, newcomer(room, "alex_one", "alex"), "I like ferries.")
    await save(room, newcomer(room, "alex_two", "Alex"), "I hate ferries.")

    assert [(name, count) for _, name, count in await speakers(room)] == [
        ("alex (@alex_one, member)", 1),
        ("Alex (@alex_two, member)", 1),
    ]


async def test_a_member_who_changed_their_name(room: Moderated) -> None:
    """A member stays one speaker, under the name that they have now; the earlier one still finds them."""
    alice = newcomer(room, "alice", "Alice")
    await save(room, alice, "I like ferries.")
    room.env.backend.users[alice.id].global_name = "Alicia"
    await save(room, alice, "I like the pier too.")

    assert await speakers(room) == [("person", "Alicia (@alice, member)", 2)]
    for asked in ("!quote alicia", "!quote alice"):
        shown = (await room.typed(asked)).everything
        assert "I like ferries." in shown
        assert "I like the pier too." in shown
        assert "Alice (" not in shown


async def test_an_earlier_name_in_the_history(room: Moderated) -> None:
    """Going back to a quotation as it was under an earlier name leaves it the same member's."""
    alice = newcomer(room, "alice", "Alice")
    await save(room, alice, "I like ferries.")
    form = await room.slash_form("entry edit", id="36")
    edited = await room.press(await room.fill(form, None, None, statement="On boats."), "Save")
    room.env.backend.users[alice.id].global_name = "Alicia"
    await save(room, alice, "I like the pier too.")

    await room.press(edited, "Undo")

    assert await speakers(room) == [("person", "Alicia (@alice, member)", 2)]


async def test_a_webhook(room: Moderated) -> None:
    """What a webhook posts is said by a webhook, whatever name it takes."""
    hook = room.here.guild.create_webhook(room.here.channel)
    message = await hook.send("I resign.", username="Tom Homan")

    draft = await room.fill(opened(await room.menu(MENU, message)), None, None, statement="On the ferry.")
    await room.press(draft, "Save")

    assert await speakers(room) == [("person", "Tom Homan (webhook)", 1)]


async def test_attributed_to_somebody_else(room: Moderated) -> None:
    """A moderator may say that somebody else is quoted in a message; the draft then says who wrote it."""
    form = opened(await room.menu(MENU, await said(room, "I resign.")))

    own = await room.fill(form, None, None, statement="On the ferry.")
    step = await room.press_form(own, "Quotation")
    others = await room.fill(step, None, own, speaker="Tom Homan")

    assert "somebody else" not in own.everything
    assert f"<@{room.member.id}> wrote this message" in others.text
    assert "attributed to “Tom Homan”" in others.text
    await room.press(others, "Save")
    assert await speakers(room) == [("person", "Tom Homan", 1)]


async def test_what_was_erased_is_no_source(room: Moderated) -> None:
    """After an erasure nobody is offered the source of what was erased, and the list of sources does not have it."""
    await save(room, room.member, "We row.")
    asked = await room.press(await room.slash("privacy", room.member), "Erase …", room.member)
    await room.press(asked, "Erase for good", room.member)
    form = await room.slash_form("entry add stat", source="1")
    draft = await room.fill(form, None, None, **FIGURE)

    menu = (await room.press_form(draft, "Source")).options["source"]
    offered = await room.moderator.autocomplete(room.here.channel, "entry add stat", "source", "")
    listed = await room.slash("sources")

    for text in (*menu, *(choice["name"] for choice in offered), listed.everything):
        assert "Erased" not in text
    assert "Report on cities" in listed.text
