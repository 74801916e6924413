"""What people do, each act from its command to the answer that says it is done."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from string import ascii_lowercase
from typing import Any

from soak_ledger import Broken
from soak_people import CORRECTED, HIDDEN, MARK, STATUSES, Person

KINDS = {"stat": "figure", "quote": "quotation", "event": "event"}
_PENDING, _APPROVED, _REJECTED = "waits for a decision", "approved", "rejected"


@dataclass
class Member(Person):
    """Somebody who looks things up and suggests."""

    def acts(self) -> list[tuple[Callable[[], Awaitable[None]], int]]:
        """Return what a member does, and how often."""
        return [(self.suggest, 4), (self.look_up, 3), (self.find, 2)]

    async def suggest(self) -> None:
        """Suggest something, and now and then withdraw it."""
        rng, mark = self.desk.rng, self.desk.ledger.mark("sg")
        kind = rng.choice(list(KINDS))
        form = await self.slash("suggest", kind=KINDS[kind], source="1")
        card = await self.fill(form, **content(self, kind, mark))
        sent = await self.finish(("suggested", mark), card, "Send", r"^Sent as #S\d+")
        if rng.random() < 0.1 and (found := number(sent.text, "Sent as #S")):
            key = ("withdrawn", f"suggestion {found} {self.user.id}")
            await self.commit(key, lambda: self.press(sent, "Withdraw"), "^Your suggestions")

    async def look_up(self) -> None:
        """Ask something."""
        command, options = self.desk.rng.choice(
            [
                ("stats", {"about": "chicago"}),
                ("quote", {"who": "homan"}),
                ("search", {"text": "police grants"}),
                ("random", {}),
                ("timeline", {}),
                ("profile", {"name": "Harrow Bay 3"}),
                ("suggestions mine", {}),
                ("compare", {"measure": "deportations"}),
            ]
        )
        await self.slash(command, **options)

    async def find(self) -> None:
        """Look for what somebody was told is stored: it is found here, and nowhere else."""
        if not self.desk.findable:
            return
        mark, entry_id = self.desk.rng.choice(self.desk.findable[-200:])
        found = await self.slash("search", text=mark)
        if f"#{entry_id}`" not in found.text:
            raise Broken(f"acknowledged and not found: {mark} as #{entry_id}: {found.text}")


@dataclass
class Stranger(Person):
    """A member of the other server, who must not find what is not theirs."""

    other: Any = None

    def acts(self) -> list[tuple[Callable[[], Awaitable[None]], int]]:
        """Return what a stranger does."""
        return [(self.find, 1)]

    async def find(self) -> None:
        """Look for what another server has."""
        await asyncio.sleep(self.desk.rng.uniform(0, 0.1))
        if not self.other.findable:
            return
        mark, entry_id = self.desk.rng.choice(self.other.findable[-200:])
        found, shown = await self.slash("search", text=mark), await self.slash("show", id=str(entry_id))
        if f"#{entry_id}`" in found.text or mark in shown.text:
            raise Broken(f"found in another server: {mark} as #{entry_id}: {found.text}\n{shown.text}")


@dataclass
class Moderator(Person):
    """Somebody who writes and decides. `colleague` decides on the same suggestions at the same time."""

    colleague: Any = None

    def acts(self) -> list[tuple[Callable[[], Awaitable[None]], int]]:
        """Return what a moderator does, and how often."""
        return [
            (self.add, 6),
            (self.edit, 6),
            (self.status, 4),
            (self.remove_or_restore, 4),
            (self.hide_or_unhide, 2),
            (self.name, 2),
            (self.unname, 1),
            (self.bring, 2),
            (self.decide, 8),
            (self.take_back, 1),
        ]

    async def add(self) -> None:
        """Add an entry; now and then with a source of its own, now and then undone."""
        rng, mark = self.desk.rng, self.desk.ledger.mark()
        kind = rng.choice(list(KINDS))
        card = await self.fill(await self.slash(f"entry add {kind}", source="1"), **content(self, kind, mark))
        if rng.random() < 0.2:
            card = await self.fill(await self.press(card, "Source"), source=["new"])
            facts = dict.fromkeys(("new.publisher", "new.author", "new.url", "new.published"), "not stated")
            form = await self.press(card, "New source")
            card = await self.fill(form, **{**facts, "new.title": f"Paper {mark}"})
        saved = await self.finish(("added", mark), card, "Save", r"^Saved as #\d+")
        if not (entry_id := number(saved.text, "Saved as #")):
            return
        if rng.random() < 0.1:
            await self._undo(saved, entry_id)
        elif rng.random() < 0.3:
            self.desk.findable.append((mark, entry_id))
        else:
            self.desk.own.append(entry_id)

    async def edit(self) -> None:
        """Edit an entry; where somebody was faster, go on all the same."""
        form = await self.slash("entry edit", id=self.desk.pick())
        before = field_of(form, "statement")
        mark = self.desk.ledger.mark()
        own = MARK.match(before)
        card = await self.fill(form, statement=f"{own[0] if own else mark} now {mark}")
        saved = await self.finish(("edited", mark), card, "Save", r"^Saved as #\d+")
        if "was changed meanwhile" in saved.text:
            card = await self.press(saved, "Go on with my draft")
            saved = await self.finish(("edited", mark), card, "Save", r"^Saved as #\d+")
        entry_id = number(saved.text, "Saved as #")
        if entry_id and self.desk.rng.random() < 0.1:
            await self._undo(saved, entry_id)

    async def _undo(self, saved: Any, entry_id: int) -> None:
        key = ("reverted", f"entry {entry_id} {self.user.id}")
        await self.commit(key, lambda: self.press(saved, "Undo"), "^Undone")

    async def status(self) -> None:
        """Give an entry a status, for a reason."""
        mark, status = self.desk.ledger.mark(), self.desk.rng.choice(STATUSES)
        options = {"id": self.desk.pick(), "status": status, "reason": mark}
        await self.commit(("status", mark), lambda: self.slash("entry status", **options), f"is {status} now")

    async def remove_or_restore(self) -> None:
        """Remove an entry, or restore it if it is removed."""
        entry_id = self.desk.pick()
        by = f"entry {entry_id} {self.user.id}"
        if int(entry_id) in CORRECTED:
            return
        asked = await self.slash("entry remove", id=entry_id)
        if asked.text.startswith("Remove #"):
            await self.commit(("removed", by), lambda: self.press(asked, "Remove"), "^Removed #")
        elif "is removed already" in asked.text:
            await self.commit(("restored", by), lambda: self.slash("entry restore", id=entry_id), "^Restored #")

    async def hide_or_unhide(self) -> None:
        """Hide a shared entry, or show it again."""
        id_ = self.desk.rng.choice(HIDDEN)
        what, done = self.desk.rng.choice([("hide", "is hidden here"), ("unhide", "is shown again")])
        key = ({"hide": "hidden", "unhide": "unhidden"}[what], f"entry {id_} {self.user.id}")
        await self.commit(key, lambda: self.slash(f"entry {what}", id=str(id_)), done)

    async def name(self) -> None:
        """Add a search name."""
        mark = self.desk.ledger.mark()
        options = {"subject": self.desk.rng.choice(["Chicago", "Los Angeles", "Tom Homan"]), "alias": mark}
        await self.commit(("alias added", mark), lambda: self.slash("entry alias add", **options), "now finds")
        self.desk.aliases.append(mark)

    async def unname(self) -> None:
        """Remove a search name."""
        if self.desk.aliases:
            mark = self.desk.aliases.pop(self.desk.rng.randrange(len(self.desk.aliases)))
            key = ("alias removed", mark)
            await self.commit(key, lambda: self.slash("entry alias remove", alias=mark), "is no other name")

    async def bring(self) -> None:
        """Import a sheet."""
        batch, sheet = rows(self)
        card = await self.slash("data import", file=(f"{batch}.csv", sheet))
        await card.settle(0.02)
        await self.finish(("imported", batch), card, "Import", "^Imported")

    async def decide(self) -> None:
        """Decide on a suggestion, on its card or in the queue, while a colleague does the same."""
        card = self.desk.card(_PENDING) if self.desk.rng.random() < 0.8 else None
        card = card or await self.slash("review")
        title = card["embeds"][0]["title"] if isinstance(card, dict) else card.text
        if not (found := number(title, "#S")):
            return
        colleague = Person(self.desk, self.colleague)
        theirs = card if isinstance(card, dict) else await colleague.slash("review")
        if theirs is not card and number(theirs.text, "#S") != found:
            theirs = None
        both = [decision(self, card, found)] + ([decision(colleague, theirs, found)] if theirs else [])
        results = await asyncio.gather(*both, return_exceptions=True)
        self.done += colleague.done
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def take_back(self) -> None:
        """Take a decision back."""
        if card := self.desk.card(_APPROVED, _REJECTED):
            key = ("taken back", f"suggestion {number(card['embeds'][0]['title'], '#S')} {self.user.id}")
            await self.commit(key, lambda: self.press(card, "Take back"), f"· {_PENDING}\n")


async def decision(person: Person, card: Any, suggestion_id: int) -> None:
    """Approve a suggestion, as it is or edited, or reject it."""
    by = f"suggestion {suggestion_id} {person.user.id}"
    match person.desk.rng.choice(["approve"] * 5 + ["edit", "reject", "reject"]):
        case "approve":
            await person.commit(("approved", by), lambda: person.press(card, "Approve"), f"{_APPROVED}\n")
        case "edit":
            draft = await person.fill(await person.press(card, "Edit"))
            await person.commit(("approved", by), lambda: person.press(draft, "Approve"), f"{_APPROVED}\n")
        case _:
            form = await person.press(card, "Reject")
            await person.commit(("rejected", by), lambda: person.fill(form, reason="No."), f"{_REJECTED}\n")


def content(person: Person, kind: str, mark: str) -> dict[str, Any]:
    """Return what the first form of a kind is filled in with."""
    rng = person.desk.rng
    place = f"Harrow Bay {rng.randint(1, 12)}"
    match kind:
        case "stat":
            measure, figure = f"Crossings {rng.randint(1, 5)}", f"about {rng.randint(1, 10**12)} people"
            return {"about": place, "measure": measure, "figure": figure, "statement": mark}
        case "quote":
            speaker = f"Ines Calder {rng.randint(1, 12)}"
            return {"words": f"The pier is full, {mark}.", "speaker": speaker, "about": place, "statement": mark}
        case _:
            return {
                # So different that none is taken for a near-duplicate of another.
                "title": f"{''.join(rng.choices(ascii_lowercase, k=30))} {mark}",
                "date": f"2024-03-{rng.randint(10, 28)}",
                "about": place,
                "statement": mark,
            }


def rows(person: Person) -> tuple[str, bytes]:
    """Return the mark of a sheet and the sheet; how many rows it has is noted."""
    rng, batch = person.desk.rng, person.desk.ledger.mark()
    many = rng.randint(2, 60)
    person.desk.ledger.rows[batch] = many
    text = io.StringIO()
    writer = csv.DictWriter(
        text, ("kind", "source", "about", "measure", "figure", "words", "speaker", "title", "date", "statement")
    )
    writer.writeheader()
    for row in range(many):
        kind = rng.choice(list(KINDS))
        said = content(person, kind, f"{batch} row {row}")
        writer.writerow({"kind": kind, "source": "1", **said})
    return batch, text.getvalue().encode()


def number(text: str, before: str) -> int:
    """Return the number that a text begins with, after some words; 0 where it does not."""
    digits = text.removeprefix(before).split()[0].rstrip(",.") if text.startswith(before) else ""
    return int(digits) if digits.isdecimal() else 0


def field_of(form: Any, key: str) -> str:
    """Return what a form is filled in with."""
    rows_ = form.modal["components"] if form.modal else []
    return next((row["component"].get("value") or "" for row in rows_ if row["component"]["custom_id"] == key), "")
