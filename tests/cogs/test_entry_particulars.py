"""What a server's own sources and subjects are called, put right by its moderators."""

from __future__ import annotations

import pytest
import simcord
from moderating import EVENT, FIGURE, Moderated, moderated, opened
from newsroom import Seen

from bot.store.database import Database

pytestmark = pytest.mark.simcord(shard_count=1)

ARTICLE = {
    "new_title": "Raport on ferries",
    "new_publisher": "Harbor Survey Office",
    "new_author": "not stated",
    "new_url": "https://example.org/raport",
    "new_published": "March 2024",
}


@pytest.fixture
async def room(simcord_env: simcord.Env, store: Database) -> Moderated:
    """Return two servers with moderators, and the bot in them."""
    return await moderated(simcord_env, store)


async def sourced(room: Moderated) -> int:
    """Add a figure with a source of its own, and return the source's number."""
    draft = await room.fill(await room.slash_form("entry add stat", source="1"), None, None, **FIGURE)
    draft = await room.fill(await room.press_form(draft, "Source"), None, draft, source="new")
    draft = await room.fill(await room.press_form(draft, "New source"), None, draft, **ARTICLE)
    await room.press(draft, "Save")
    return 2


async def offered(room: Moderated, command: str, option: str, typed: str) -> list[str]:
    """Return what is offered while a member types."""
    choices = await room.member.autocomplete(room.here.channel, command, option, typed)
    return [choice["value"] for choice in choices]


class TestSource:
    """`/entry source edit`."""

    async def test_an_address_in_discord(self, room: Moderated) -> None:
        """A source that somebody describes by hand can have the address of a message, and be changed back."""
        source = await sourced(room)
        link = f"https://discord.com/channels/{room.here.guild.id}/1/2"

        done = await room.fill(await room.slash_form("entry source edit", source="raport"), None, None, new_url=link)
        undone = await room.press(done, "Undo")
        form = await room.slash_form("entry source edit", source=str(source))

        assert f"source {source} is as it was before" in undone.text
        assert form.values["new.url"] == ARTICLE["new_url"]

    async def test_a_typo(self, room: Moderated) -> None:
        """The form is filled in; what is put right is shown, searched for, and can be undone."""
        source = await sourced(room)
        form = await room.slash_form("entry source edit", source="raport")

        done = await room.fill(form, None, None, new_title="Quaywide report", new_url="https://example.org/report")
        card = await room.typed(f"!sources {source}", room.member)
        found = await room.typed("!search quaywide", room.member)
        undone = await room.press(done, "Undo")

        assert form.values["new.title"] == "Raport on ferries"
        assert form.values["new.author"] == "not stated"
        assert form.values["new.published"] == "2024-03"
        assert done.title == f"Source {source} is changed"
        assert "Title: Raport on ferries → Quaywide report" in done.everything
        assert "Publisher" not in done.text
        assert card.title == f"Source {source}: Quaywide report"
        assert "https://example.org/report" in card.text
        assert "Harrow Bay" in found.text
        assert undone.text == f"Undone: source {source} is as it was before."
        assert "Raport on ferries" in (await room.typed(f"!sources {source}", room.member)).title

    async def test_corrections_travel(self, room: Moderated) -> None:
        """Messages that name the source as it was are updated with one click."""
        source = await sourced(room)
        shown, other = [await room.typed(f"!show {number}", room.member) for number in (36, 1)]
        form = await room.slash_form("entry source edit", source=str(source))

        done = await room.fill(form, None, None, new_title="Quaywide report")
        updated = await room.press(done, "Update 1 message")

        assert done.footer == "1 message here still shows it as it was before."
        assert "One message that showed what was changed was updated." in updated.text
        assert "Quaywide report" in room.now(shown).footer
        assert "Corrected" in room.now(shown).text
        assert room.now(other).everything == other.everything

    async def test_an_undo_travels(self, room: Moderated) -> None:
        """Of what was shown before a change and after it, only the latter is offered once that is undone."""
        source = await sourced(room)
        before = await room.typed("!show 36", room.member)
        form = await room.slash_form("entry source edit", source=str(source))
        done = await room.fill(form, None, None, new_title="Quaywide report")
        between = await room.typed("!show 36", room.member)

        undone = await room.press(done, "Undo")
        await room.press(undone, "Update 1 message")

        assert "Raport on ferries" in room.now(between).footer
        assert room.now(before).everything == before.everything

    async def test_nothing_changed(self, room: Moderated) -> None:
        """A form that is sent as it was changes nothing."""
        await sourced(room)

        told = await room.fill(await room.slash_form("entry source edit", source="2"))

        assert "Nothing to save: source 2 is like this already." in told.text
        assert told.buttons == ()

    async def test_a_fault_comes_back_filled_in(self, room: Moderated) -> None:
        """What cannot be right is said, and the form opens again as it was sent, however long that was."""
        await sourced(room)
        form = await room.slash_form("entry source edit", source="2")

        refused = await room.fill(form, None, None, new_title="T" * 400, new_published="5/11/2024")
        again = await room.press_form(refused, "Back to the form")

        assert "The date is not a real one" in refused.text
        assert again.values["new.title"] == "T" * 400
        assert again.values["new.published"] == "5/11/2024"

    async def test_not_its_own(self, room: Moderated) -> None:
        """A shared source, a message and another server's source are not changed."""
        await sourced(room)
        message = await room.member.send(room.here.channel, "We will row if we must.")
        draft = await room.fill(opened(await room.menu("Save as quote", message)), None, None, statement="On ferries.")
        await room.press(draft, "Save")

        shared = await room.slash("entry source edit", source="1")
        saved = await room.slash("entry source edit", source="3")
        elsewhere = await room.slash("entry source edit", room.elsewhere.moderator, source="2")

        assert "came with a pack" in shared.content
        assert "is a message" in saved.content
        assert "There is no source 2 in this server" in elsewhere.content

    async def test_offered_while_typing(self, room: Moderated) -> None:
        """Only the server's own sources are offered, to its moderators."""
        await sourced(room)
        other = room.elsewhere

        here = await room.moderator.autocomplete(room.here.channel, "entry source edit", "source", "")
        there = await other.moderator.autocomplete(other.channel, "entry source edit", "source", "")

        assert [choice["value"] for choice in here] == ["2"]
        assert there == []

    async def test_typed(self, room: Moderated) -> None:
        """Typed, the form is a button away, by number and by name; who was slower than another undoes nothing."""
        await sourced(room)

        first = await room.press_form(await room.typed("!entry source edit 2"), "Edit the source")
        second = await room.press_form(await room.typed("!entry source edit raport"), "Edit the source")
        done = await room.fill(first, None, None, new_title="Report on boats")
        await room.fill(second, None, None, new_title="Report on rafts")
        undone = await room.press(done, "Undo")

        assert first.values == second.values
        assert "changed again since then" in undone.content


class TestSubject:
    """`/entry subject edit`."""

    async def edited(self, room: Moderated, named: str, **fields: str) -> Seen:
        """Edit a subject through its form."""
        return await room.fill(await room.slash_form("entry subject edit", name=named), None, None, **fields)

    async def test_renamed(self, room: Moderated) -> None:
        """A subject gets another name, kind and description; it is found by both names, and Undo brings all back."""
        await room.add("stat", None, about="Harow Bay")
        form = await room.slash_form("entry subject edit", name="harow bay")

        done = await room.fill(form, None, None, name="Harrow Bay", kind="place", description="A town by the sea.")
        profile = await room.typed("!profile harrow bay", room.member)
        searched = await room.typed("!search harrow", room.member)
        slip = await room.typed("!stats harorw bay", room.member)
        old = await room.typed("!stats harow bay", room.member)
        undone = await room.press(done, "Undo")
        again = await room.typed("!profile harow bay", room.member)
        gone = await room.typed("!search harrow", room.member)

        assert form.values == {"name": "Harow Bay", "kind": "topic", "description": ""}
        assert done.title == "Harrow Bay is changed"
        assert "Name: Harow Bay → Harrow Bay" in done.everything
        assert "Kind: topic → place" in done.everything
        assert "“Harow Bay” finds it still" in done.text
        assert profile.title == "Harrow Bay"
        assert "Place: A town by the sea." in profile.text
        assert "12,400" in slip.everything + old.everything
        assert "Harrow Bay" in old.title
        assert "Harrow" in searched.text
        assert undone.text == "Undone: Harow Bay is as it was before."
        assert again.title == "Harow Bay"
        assert "Topic" in again.text
        assert "Harow Bay" not in gone.text

    async def test_corrections_travel(self, room: Moderated) -> None:
        """Messages that call the subject what it was called are updated with one click, and so are they once undone."""
        await room.add("stat", None, about="Harow Bay")
        listed = await room.typed("!stats harow bay", room.member)

        done = await self.edited(room, "harow bay", name="Harrow Bay")
        between = await room.typed("!show 36", room.member)
        undone = await room.press(done, "Undo")
        await room.press(undone, "Update 1 message")
        renamed = await self.edited(room, "harow bay", name="Harrow Bay")
        await room.press(renamed, "Update 2 messages")

        assert done.footer == "1 message here still shows it as it was before."
        assert "Harrow Bay" in room.now(listed).everything
        assert "Harrow Bay" in room.now(between).everything

    async def test_the_name_of_another(self, room: Moderated) -> None:
        """A name that another subject of that kind has is refused; the form comes back as it was sent."""
        await room.add("stat", None, about="Harow Bay")

        refused = await self.edited(room, "Harow Bay", name="chicago", kind="place", description="x" * 300)
        again = await room.press_form(refused, "Back to the form")

        assert "“chicago” is the name of another place here" in refused.text
        assert again.values == {"name": "chicago", "kind": "place", "description": "x" * 300}

    async def test_a_measure_stays_one(self, room: Moderated) -> None:
        """What is counted is renamed, and does not become a place."""
        await room.add("stat", None, measure="Crosings by ferry")
        form = await room.slash_form("entry subject edit", name="Crosings by ferry")

        await room.fill(form, None, None, name="Crossings by ferry")
        compared = await room.typed("!compare crossings by ferry", room.member)

        assert set(form.values) == {"name", "description"}
        assert "Crossings by ferry" in compared.title

    async def test_not_its_own(self, room: Moderated) -> None:
        """A subject of a pack and one of another server are not changed."""
        await room.add("stat", None, about="Harow Bay")

        shared = await room.slash("entry subject edit", name="Chicago")
        elsewhere = await room.slash("entry subject edit", room.elsewhere.moderator, name="Harow Bay")

        assert "came with a pack" in shared.content
        assert "There is no subject “Harow Bay” in this server" in elsewhere.content

    async def test_offered_while_typing(self, room: Moderated) -> None:
        """Only the server's own subjects are offered, to its moderators, with what they are."""
        await room.add("stat", None, about="Harow Bay")
        other = room.elsewhere

        here = await room.moderator.autocomplete(room.here.channel, "entry subject edit", "name", "h")
        there = await other.moderator.autocomplete(other.channel, "entry subject edit", "name", "h")

        assert [(choice["name"], choice["value"]) for choice in here] == [("Harow Bay (topic)",) * 2]
        assert there == []

    async def test_typed(self, room: Moderated) -> None:
        """Typed, the form is a button away."""
        await room.add("stat", None, about="Harow Bay")

        form = await room.press_form(await room.typed("!entry subject edit harow bay"), "Edit the subject")

        assert form.values["name"] == "Harow Bay"

    async def test_what_nothing_is_about_is_not_offered(self, room: Moderated) -> None:
        """A subject that no entry has any more is neither completed nor asked about; with the entry it comes back."""
        entry_id = await room.add("event", None, **{**EVENT, "about": "Zanzibar Quay"})
        before = await offered(room, "profile", "name", "zanz")
        await room.press(await room.slash("entry remove", id=str(entry_id)), "Remove")

        after = await offered(room, "profile", "name", "zanz")
        begun = await room.typed("!profile zanzi", room.member)
        slip = await room.typed("!profile zanzibra quay", room.member)
        await room.slash("entry restore", id=str(entry_id))

        assert before == ["Zanzibar Quay"]
        assert after == []
        assert "Zanzibar" not in begun.everything
        assert "Zanzibar Quay" not in slip.everything
        assert await offered(room, "profile", "name", "zanz") == ["Zanzibar Quay"]
