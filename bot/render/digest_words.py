"""What a digest is set to, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.digest.catchup import GRACE, CatchUp
from bot.digest.digests import Digest
from bot.digest.editions import Edition
from bot.digest.editorial import Content
from bot.digest.foresight import Forecast
from bot.digest.planning import NEW
from bot.digest.schedule import Days, describe, in_words
from bot.model import Kind, Language, Subject
from bot.render.words import KIND
from bot.text import clip, name, safe
from bot.zones import known

_INTRODUCTION_ROOM = 300
_SUBJECTS_ROOM = 400
_REASON_ROOM = 300


@dataclass(frozen=True, slots=True)
class Desk:
    """What cards of a digest need besides it.

    `here` and `role` are whether its channel and its role exist; `zone` is that of the server; `content` is what
    would be posted next, of `size` characters, None where that would be nothing; `waiting` could not be posted yet;
    `in_thread` is whether its channel is a thread.
    """

    subjects: Sequence[Subject]
    forecast: Forecast
    here: bool
    role: bool
    zone: str
    language: Language
    now: datetime
    content: Content | None = None
    size: int = 0
    charted: bool = False
    waiting: Sequence[Edition] = ()
    in_thread: bool = False


def facts(digest: Digest, desk: Desk) -> dict[str, str]:
    """Return every setting as safe text, by what people call it, in reading order."""
    role = f"<@&{digest.role_id}>" if desk.role else "a role that was deleted"
    introduction = clip(safe(digest.introduction).strip().replace("\n", " "), _INTRODUCTION_ROOM)
    return {
        "Name": clip(name(digest.name), 200),
        "Channel": f"<#{digest.channel_id}>" if desk.here else "a channel that was deleted",
        "When": safe(describe(digest.schedule)),
        "What goes in": goes_in(digest),
        "About": about(digest, desk.subjects),
        "If it is late": late(digest.catch_up, digest.window),
        "Mentions": role if digest.role_id else "nobody",
        "Thread": _thread(digest, desk),
        "Introduction": introduction or "none",
    }


def _thread(digest: Digest, desk: Desk) -> str:
    if desk.in_thread:
        return "none, as posts are in a thread already"
    return "one is opened under each post" if digest.thread else "none"


def goes_in(digest: Digest) -> str:
    """Return what an edition is made of."""
    counts = {Kind.STAT: digest.stats, Kind.QUOTE: digest.quotes, Kind.EVENT: digest.events}
    *most, last = [counted(count, KIND[kind].lower()) for kind, count in counts.items() if count] or [""]
    entries = f"{', '.join(most)} and {last}" if most else last
    entries += ", only new ones" if entries and digest.only_new else ""
    return "; ".join(filter(None, (entries, "what was corrected" if digest.corrections else "")))


def carries(content: Content) -> str:
    """Return what an edition has, in words."""
    kinds = ((Kind.STAT, content.stats), (Kind.QUOTE, content.quotes), (Kind.EVENT, content.events))
    parts = [counted(len(ids), KIND[kind].lower()) for kind, ids in kinds if ids]
    if content.new_total:
        parts.append(f"{content.new_total:,} new")
    if content.corrected_total:
        parts.append(counted(content.corrected_total, "correction"))
    return ", ".join(parts)


def about(digest: Digest, subjects: Sequence[Subject]) -> str:
    """Return what a digest keeps to, as safe text; `subjects` are those that there still are."""
    if not digest.subjects:
        return "everything"
    gone = len(digest.subjects) - len(subjects)
    text = clip(", ".join(name(subject.name) for subject in subjects), _SUBJECTS_ROOM)
    if not text:
        return "nothing, as its subjects are gone"
    return f"{text}, and {gone} that {'is' if gone == 1 else 'are'} gone" if gone else text


def nothing(digest: Digest, subjects: Sequence[Subject]) -> str:
    """Return why a digest has nothing to post, as a sentence."""
    if digest.subjects and not subjects:
        return "What it is to be about is gone. Choose other subjects, or none, under What goes in."
    return "Nothing is new since the last post." if digest.only_new else "There is nothing that it could carry."


def late(policy: CatchUp, window: timedelta) -> str:
    """Return what is done about editions that are late."""
    match policy:
        case CatchUp.SKIP:
            return "it is skipped"
        case CatchUp.LATEST:
            return f"the latest one is posted, up to {span(window)} late"
        case CatchUp.ALL:
            return f"all are posted, up to {span(window)} late"


def late_briefly(policy: CatchUp, window: timedelta) -> str:
    """Return the same for a line of a menu."""
    match policy:
        case CatchUp.SKIP:
            return "If late: skip it"
        case CatchUp.LATEST:
            return f"If late: the latest one, up to {span(window)}"
        case CatchUp.ALL:
            return f"If late: all of them, up to {span(window)}"


def days(wanted: Days) -> str:
    """Return days in a few words: "Every weekday"."""
    text = in_words(wanted)
    return text[:1].upper() + text[1:]


def span(length: timedelta) -> str:
    """Return a length of time: "90 minutes", "6 hours", "2 days"."""
    minutes = int(length.total_seconds() // 60)
    if minutes % 1440 == 0:
        return counted(minutes // 1440, "day")
    return counted(minutes // 60, "hour") if minutes % 60 == 0 else counted(minutes, "minute")


def roughly(length: timedelta) -> str:
    """Return a length of time in its two largest units: "6 days and 23 hours"."""
    hours, minutes = divmod(int(length.total_seconds() // 60), 60)
    units = ((hours // 24, "day"), (hours % 24, "hour"), (minutes, "minute"))
    first = next((i for i, (count, _) in enumerate(units) if count), len(units) - 1)
    return " and ".join(counted(count, noun) for count, noun in units[first : first + 2] if count) or "0 minutes"


def counted(count: int, noun: str) -> str:
    """Return "1 event" or "2 events"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def state(digest: Digest) -> str:
    """Return whether a digest runs, as safe text."""
    if digest.paused_at is None and not known(digest.zone):
        return "**It is never due:** its time zone is not known any more."
    if digest.paused_at is None:
        due = int(digest.next_due_at.timestamp()) if digest.next_due_at else 0
        return f"It runs; the next post is due <t:{due}:F> (<t:{due}:R>)." if due else "It runs, but is never due."
    if digest.paused_reason == NEW:
        return "**It is not started yet:** nothing is posted before you press Start."
    since = f"<t:{int(digest.paused_at.timestamp())}:R>"
    return f"**It is paused** since {since}. {clip(safe(digest.paused_reason), _REASON_ROOM)}"


def delayed(digest: Digest, edition: Edition, room: int = _REASON_ROOM) -> str:
    """Return that an edition could not be posted yet, why, and until when it is tried, as safe text."""
    late = GRACE if digest.catch_up is CatchUp.SKIP else max(digest.window, GRACE)
    due, until = int(edition.due_at.timestamp()), int((edition.due_at + late).timestamp())
    reason = clip(safe(edition.reason), room)
    return f"**The one due <t:{due}:f> is delayed:** {reason} It is tried again until <t:{until}:f>."


def title(digest: Digest) -> str:
    """Return the head of a digest's cards, as safe text."""
    return f"{clip(name(digest.name), 200)} (digest {digest.id})"
