"""The forms of a digest: what is asked, filled in with what it is set to or with what was typed before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.digest.catchup import CatchUp
from bot.digest.digests import INTRODUCTION_ROOM, MOST_OF_A_KIND, NAME_ROOM, Digest
from bot.digest.planning import print_of
from bot.digest.schedule import DAILY
from bot.limits import CUSTOM_ID
from bot.model import Subject
from bot.moderating.actions import FORM, MENU, Action, custom_id
from bot.render.card import Option, Pick
from bot.render.digest_words import span
from bot.render.form import Field, Form
from bot.text import share, units

BETWEEN = "|"
"""Stands between the fields of a form that a button keeps."""

WORDS = ("name", "time", "zone", "introduction")
CONTENTS = ("stats", "quotes", "events", "subjects", "rest")
TIMES = ("time", "zone", "days")
"""The fields of forms, in order."""

LABELS = {
    "name": "name",
    "time": "time of day",
    "zone": "time zone",
    "introduction": "introduction",
    "stats": "figures",
    "quotes": "quotations",
    "events": "events",
    "subjects": "subjects",
    "rest": "which of them",
}
"""The fields in words."""

REST = {
    "corrected": "All in turn, and what was corrected",
    "turn": "All in turn, no corrections",
    "new.corrected": "Only what is new, and what was corrected",
    "new": "Only what is new, no corrections",
}

_POLICIES = {
    CatchUp.SKIP: "Skip whatever is late",
    CatchUp.LATEST: "Post the latest",
    CatchUp.ALL: "Post all",
}

_TIME_ROOM, _ZONE_ROOM, _DAYS_ROOM, _SUBJECTS_ROOM = 20, 40, 80, 300


def words_form(digest: Digest, typed: Mapping[str, str]) -> Form:
    """Return the form of name, time, zone and introduction, filled in with what was typed before, if anything was."""
    stored = words_of(digest)
    value = {**stored, **typed}
    return Form(
        "Words and time",
        custom_id(Action("digest.words", digest.id, print_of([stored[key] for key in WORDS])), FORM),
        (
            Field("name", "Name", "It stands above each post", value["name"], required=True, most=NAME_ROOM),
            _time(value["time"]),
            _zone(value["zone"]),
            Field(
                "introduction",
                "Introduction",
                "Stands at the top of each post, as plain text. May stay empty.",
                value["introduction"],
                long=True,
                most=INTRODUCTION_ROOM,
            ),
        ),
    )


def words_of(digest: Digest) -> dict[str, str]:
    """Return what the form of words shows of a digest."""
    return dict(zip(WORDS, (digest.name, f"{digest.at:%H:%M}", digest.zone, digest.introduction), strict=True))


def contents_form(digest: Digest, subjects: Sequence[Subject], typed: Mapping[str, str]) -> Form:
    """Return the form of what goes in."""
    stored = contents_of(digest, subjects)
    value = {**stored, **typed}
    numbers = tuple(Option(str(count) if count else "none", str(count)) for count in range(MOST_OF_A_KIND + 1))
    rest = tuple(Option(label, key) for key, label in REST.items())
    return Form(
        "What goes in",
        custom_id(Action("digest.content", digest.id, print_of([stored[key] for key in CONTENTS])), FORM),
        (
            Field("stats", "Figures in each post", value=value["stats"], required=True, options=numbers),
            Field("quotes", "Quotations in each post", value=value["quotes"], required=True, options=numbers),
            Field("events", "Events in each post", value=value["events"], required=True, options=numbers),
            Field(
                "subjects",
                "Only about",
                "Names with “;” between them: Chicago; Tom Homan. Empty: everything",
                value["subjects"],
                most=_SUBJECTS_ROOM,
            ),
            Field("rest", "Which of them", value=value["rest"], required=True, options=rest),
        ),
    )


def contents_of(digest: Digest, subjects: Sequence[Subject]) -> dict[str, str]:
    """Return what the form of contents shows of a digest."""
    rest = ("new.corrected" if digest.corrections else "new") if digest.only_new else ""
    rest = rest or ("corrected" if digest.corrections else "turn")
    named = "; ".join(subject.name for subject in subjects)
    values = (str(digest.stats), str(digest.quotes), str(digest.events), named, rest)
    return dict(zip(CONTENTS, values, strict=True))


def days_form(digest_id: int, typed: str) -> Form:
    """Return the form of days that the menu does not have."""
    field = Field(
        "days", "Days", "Such as: mon,wed,fri; Monday to Thursday; monthly:10", typed, required=True, most=_DAYS_ROOM
    )
    return Form("Days", custom_id(Action("digest.days", digest_id), FORM), (field,))


def late_form(digest: Digest, policy: str, window: str) -> Form:
    """Return the form of what is done about what is late, with a span of one's own."""
    options = tuple(Option(label, key) for key, label in _POLICIES.items())
    return Form(
        "If it is late",
        custom_id(Action("digest.late", digest.id), FORM),
        (
            Field(
                "policy",
                "When the bot was away at that time",
                value=policy or digest.catch_up,
                required=True,
                options=options,
            ),
            Field(
                "window",
                "Up to how late",
                "From 5 minutes to 7 days, such as: 90 minutes",
                window or span(digest.window),
                required=True,
                most=_TIME_ROOM,
            ),
        ),
    )


def new_form(channel_id: int, typed: Mapping[str, str]) -> Form:
    """Return the form with which a digest begins; 0 stands for a channel that is still to be chosen."""
    return Form(
        "A new digest",
        custom_id(Action("digest.create", channel_id), FORM),
        (
            Field(
                "channel",
                "Channel",
                "Where it is posted",
                str(channel_id or ""),
                required=True,
                pick=Pick.PLACES,
            ),
            _time(typed.get("time", "")),
            _zone(typed.get("zone", "")),
            Field(
                "days",
                "Days",
                "Such as: daily; weekdays; mon,wed; monthly:1",
                typed.get("days", "") or str(DAILY),
                required=True,
                most=_DAYS_ROOM,
            ),
        ),
    )


def kept(wanted: Action, texts: Sequence[str]) -> Action:
    """Return an action that carries what was typed into a form; what is too long for a button is cut."""
    room = CUSTOM_ID - units(custom_id(wanted, MENU)) - len(texts)
    clean = [text.replace(BETWEEN, "/").replace("\n", " ") for text in texts]
    return Action(wanted.name, wanted.id, BETWEEN.join(share(clean, room)))


def unkept(text: str, keys: Sequence[str]) -> dict[str, str]:
    """Return the fields that `kept` has put into an action."""
    return dict(zip(keys, text.split(BETWEEN), strict=False)) if text else {}


def _time(value: str) -> Field:
    return Field("time", "Time of day", "Such as: 9:00, 21:15 or 9:30 pm", value, required=True, most=_TIME_ROOM)


def _zone(value: str) -> Field:
    hint = "A large city, or a name such as America/Chicago"
    return Field("zone", "Time zone", hint, value, required=True, most=_ZONE_ROOM)
