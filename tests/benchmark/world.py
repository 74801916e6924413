"""A made-up world of stories: story number i is the same each time, whatever the size of the store.

Names are pronounceable and share words as real ones do. What the measurements ask for is laid out on purpose:
one place is in every story, one surname belongs to one in thirty people, one word is in half of the
entries, and every story has a word of its own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from bot.ingest.pack import Pack, PackEntry, PackEvent, PackQuote, PackStat, PackSubject
from bot.model import Basis, Fact, Kind, Known, Status, SubjectKind

ENTRIES = 100
"""Entries in one story, 12 of them about the place that is in every story."""

SUBJECTS = 20
"""Subjects that one story brings: 10 people, 6 places, 3 organizations, 1 topic. The measures are shared."""

BUSY_PLACE = PackSubject("port-amberly", SubjectKind.PLACE, "Port Amberly", "Capital", ("amberly",))
COMMON_SURNAME = "Marlow"
COMMON_WORD = "residents"

_VERSION = "1"
_ONSETS = (
    "b",
    "br",
    "c",
    "d",
    "dr",
    "f",
    "g",
    "gr",
    "h",
    "k",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "st",
    "t",
    "tr",
    "v",
)
_RHYMES = ("a", "al", "an", "e", "el", "en", "er", "i", "in", "o", "ol", "on", "or", "u")
_ENDINGS = ("ton", "ville", "ford", "field", "burgh", "wick", "mouth", "dale", "by", "stead")
_KINDS_OF_BODY = ("Council", "Hospital", "School District", "Police Department", "University", "Water Board")
_THINGS = (
    "budget", "shelter", "housing", "school", "transit", "water", "clinic", "library", "harbor", "election",
    "tax", "bridge", "police", "permit", "storm", "museum", "market", "union", "hospital", "grant",
    "court", "park",
)  # fmt: skip
_COUNTED = (
    "opened",
    "closed",
    "reported",
    "planned",
    "approved",
    "delayed",
    "repaired",
    "funded",
    "lost",
    "sold",
)
_VERBS = (
    "expects",
    "opposes",
    "welcomes",
    "reviews",
    "postpones",
    "finances",
    "discusses",
    "doubts",
    "studies",
)


def syllables(rng: Random, count: int) -> str:
    """Return a pronounceable word."""
    return "".join(rng.choice(_ONSETS) + rng.choice(_RHYMES) for _ in range(count))


def own_word(number: int) -> str:
    """Return the word that only story `number` has, in one of its entries."""
    word = "zu"
    while True:
        number, onset = divmod(number, len(_ONSETS))
        number, rhyme = divmod(number, len(_RHYMES))
        word += _ONSETS[onset] + _RHYMES[rhyme]
        if not number:
            return f"{word}x"


_shared = Random(_VERSION)  # noqa: S311 - the same world each time is what is wanted
_FIRST_NAMES = tuple(syllables(_shared, _shared.choice((1, 2))).capitalize() for _ in range(300))
_MEASURES = tuple(
    PackSubject(f"measure-{i}", SubjectKind.MEASURE, f"{thing} {syllables(_shared, 2)} {counted}", "", ())
    for i, (thing, counted) in enumerate((_shared.choice(_THINGS), _shared.choice(_COUNTED)) for _ in range(2000))
)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who and what a story is about: places have three figures each, the first body has one."""

    people: list[PackSubject]
    places: list[PackSubject]
    bodies: list[PackSubject]
    topic: PackSubject
    measures: list[PackSubject]

    def all(self) -> list[PackSubject]:
        """Return every subject of the story."""
        return [*self.people, *self.places, *self.bodies, self.topic, *self.measures, BUSY_PLACE]


def _person(rng: Random, key: str, surname: str = "") -> PackSubject:
    surname = surname or syllables(rng, 3).capitalize()
    name = f"{rng.choice(_FIRST_NAMES)} {surname}"
    return PackSubject(key, SubjectKind.PERSON, name, f"{rng.choice(_THINGS).capitalize()} commissioner", ())


def _place(rng: Random, key: str) -> PackSubject:
    name = syllables(rng, rng.choice((2, 3))).capitalize() + rng.choice(_ENDINGS)
    before = rng.choice(("", "", "", "North ", "Port ", "Saint "))
    return PackSubject(key, SubjectKind.PLACE, before + name, "Town", (f"{syllables(rng, 3)} town",))


def _body(rng: Random, key: str, place: PackSubject) -> PackSubject:
    name = f"{place.name} {rng.choice(_KINDS_OF_BODY)}"
    return PackSubject(key, SubjectKind.ORGANIZATION, name, "", ("".join(w[0] for w in name.split()),))


def cast(number: int) -> Cast:
    """Return the subjects of story `number`."""
    rng = Random(f"{_VERSION} cast {number}")  # noqa: S311 - as above
    places = [_place(rng, f"place-{number}-{i}") for i in range(6)]
    known = min(len(_MEASURES), 10 + number // 4)  # more stories speak of more things
    return Cast(
        [_person(rng, f"person-{number}-{i}", COMMON_SURNAME if (i, number % 3) == (9, 0) else "") for i in range(10)],
        places,
        [_body(rng, f"body-{number}-{i}", places[i]) for i in range(3)],
        PackSubject(f"topic-{number}", SubjectKind.TOPIC, f"{syllables(rng, 3)} {rng.choice(_THINGS)}", "", ()),
        rng.sample(_MEASURES[:known], 8),
    )


def _sentence(rng: Random, subject: PackSubject) -> str:
    words = f"{subject.name} {rng.choice(_VERBS)} the {rng.choice(_THINGS)} {rng.choice(_THINGS)}"
    if rng.random() < 0.5:
        words += f" for its {COMMON_WORD}"
    return f"{words} after the {syllables(rng, 2)} {rng.choice(_THINGS)} {rng.choice(_COUNTED)} last year."


def _stat(rng: Random, of: Cast) -> PackStat:
    body = rng.choice([*of.bodies, None])
    return PackStat(
        measure=rng.choice(of.measures).key,
        value=Decimal(rng.randrange(10, 900_000)),
        unit=rng.choice(("people", "dollars", "families", "percent")),
        approximate=rng.random() < 0.5,
        basis=rng.choice(tuple(Basis)),
        out_of=None,
        out_of_unit="",
        out_of_approximate=False,
        as_of=str(rng.randrange(1990, 2025)),
        counted_by=body.key if body else "",
    )


def _quote(rng: Random, speaker: PackSubject, about: PackSubject) -> PackQuote:
    return PackQuote((_sentence(rng, about), _sentence(rng, about)), speaker.key, speaker.description, "", "")


def _event(rng: Random, about: PackSubject) -> PackEvent:
    date = f"{rng.randrange(1950, 2025)}-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
    title = f"{about.name} {rng.choice(_THINGS)} vote"
    return PackEvent(title, date[: rng.choice((4, 7, 10, 10))], "", "")


def _story(number: int) -> tuple[Cast, list[PackEntry]]:
    of = cast(number)
    rng = Random(f"{_VERSION} story {number}")  # noqa: S311 - as above
    stats = [*of.places * 3, of.bodies[0], *of.bodies[1:] * 3, *of.people, *[of.topic] * 5, *[BUSY_PLACE] * 5]
    quotes = [*(rng.choice(of.places) for _ in range(30)), *[BUSY_PLACE] * 5]
    events = [*of.places * 3, BUSY_PLACE, BUSY_PLACE]
    planned = [
        *((Kind.STAT, about, _stat(rng, of)) for about in stats),
        *((Kind.QUOTE, about, _quote(rng, of.people[i % 10], about)) for i, about in enumerate(quotes)),
        *((Kind.EVENT, about, _event(rng, about)) for about in events),
    ]
    return of, [
        PackEntry(
            key=f"{number}-{i}",
            kind=kind,
            subjects=(about.key,),
            statement=_sentence(rng, about) + ("" if i else f" The {own_word(number)} was named."),
            note="",
            status=Status.VERIFIED,
            status_reason="",
            passage=(i * 50, i * 50 + 40),
            detail=detail,
        )
        for i, (kind, about, detail) in enumerate(planned)
    ]


def pack(first: int, stories: int) -> Pack:
    """Return a pack of some stories, from the `first` on."""
    told = [_story(number) for number in range(first, first + stories)]
    subjects = {subject.key: subject for of, _ in told for subject in of.all()}
    fields = ("title", "publisher", "author", "url", "published")
    digest = hashlib.sha256(f"{_VERSION} {first} {stories}".encode()).hexdigest()
    return Pack(
        key=f"stories-{first}",
        label=f"{told[0][0].topic.name} in {told[0][0].places[0].name}",
        sha256=digest,
        length=6000,
        facts=tuple(Fact(field, "", Known.NOT_STATED, "made up") for field in fields),
        subjects=tuple(subjects.values()),
        entries=tuple(entry for _, entries in told for entry in entries),
        asides=(),
        digest=digest,
    )
