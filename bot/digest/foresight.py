"""Whether a digest can be posted: each right that it needs in its channel, who lacks it, and where to set it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.digest.digests import Digest
from bot.errors import UserError
from bot.text import clip, visible
from bot.zones import known

VIEW, SEND, IN_THREAD, EMBED, ATTACH, READ, THREAD, MENTION = (
    "view_channel",
    "send_messages",
    "send_messages_in_threads",
    "embed_links",
    "attach_files",
    "read_message_history",
    "create_public_threads",
    "mention_everyone",
)
"""Rights as discord.py names them."""

LABELS = {
    VIEW: "View Channel",
    SEND: "Send Messages",
    IN_THREAD: "Send Messages in Threads",
    EMBED: "Embed Links",
    ATTACH: "Attach Files",
    READ: "Read Message History",
    THREAD: "Create Public Threads",
    MENTION: "Mention @everyone, @here and All Roles",
}
"""As Discord's English menus name them, in the order in which they are told."""

_WITHOUT = {
    ATTACH: "charts are left out",
    READ: "if the connection is lost while I post, I cannot look whether the post is there, and do not try again",
    THREAD: "no thread is opened",
    MENTION: "the role is named, but nobody is notified",
}
"""What comes of the lack of a right. Of the others, that nothing is posted."""

_SHOWN = 40

ALL = frozenset(LABELS)
WRITE = frozenset({VIEW, SEND, IN_THREAD})
"""Without these, a person posts nothing: Send Messages counts in a channel, the other one in a thread."""

POST = WRITE | {EMBED}
"""Without these, the bot posts nothing."""

_OF_THE_BOT = frozenset({EMBED, ATTACH, READ})
"""What a person may lack who has a digest post for them."""

_NEEDS_VIEW = ALL - {VIEW}
_NEEDS_SEND = frozenset({EMBED, ATTACH, MENTION})
"""Whoever may not do the one may not do these either, whatever is set for them."""


class Channel(StrEnum):
    """What has become of the channel of a digest."""

    THERE = "there"
    GONE = "gone"
    WRONG = "wrong"
    FORUM = "forum"
    PRIVATE = "private"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Site:
    """What Discord says of a digest's channel, and of the rights of the bot and of a person there.

    `role` is whether the role to be mentioned exists, `open_role` whether anybody may mention it. `thread` is whether
    the channel is a thread; `channel_name` is then the name of its parent, where the rights are set.
    """

    channel: Channel
    channel_name: str
    bot_name: str
    bot: frozenset[str]
    person: frozenset[str]
    role: bool = False
    open_role: bool = False
    thread: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """A right of the bot, and whether it is there; `held` is None where that depends on one that is missing."""

    right: str
    held: bool | None

    @property
    def label(self) -> str:
        """What Discord calls it."""
        return LABELS[self.right]

    @property
    def without(self) -> str:
        """What happens without it."""
        return _WITHOUT.get(self.right, "nothing is posted")

    @property
    def vital(self) -> bool:
        """Whether nothing is posted without it."""
        return self.right not in _WITHOUT


@dataclass(frozen=True, slots=True)
class Forecast:
    """Whether the next post goes through: True, False, or None where something of it will be missing; and why."""

    goes: bool | None
    why: tuple[str, ...]
    checks: tuple[Check, ...]


def forecast(digest: Digest, site: Site) -> Forecast:
    """Return what would come of posting a digest as things are now. The sentences are raw."""
    checks = tuple(_checks(digest, site))
    if why := _nowhere(site):
        return Forecast(goes=False, why=(why,), checks=())
    lacking = [check for check in checks if check.held is False]
    why = [f"I lack {check.label} in #{site.channel_name}: {check.without}." for check in lacking]
    why += [where([check.right for check in lacking], site.bot_name)] if lacking else []
    lost = not known(digest.zone)
    if lost:
        why.append(f"There is no time zone “{clip(visible(digest.zone), _SHOWN)}” any more. Choose another one.")
    if digest.role_id and not site.role:
        why.append("The role to be mentioned was deleted, so that nobody is notified. Choose another one, or none.")
    if lost or any(check.vital for check in lacking):
        return Forecast(goes=False, why=tuple(why), checks=checks)
    return Forecast(goes=None if why else True, why=tuple(why), checks=checks)


def require_place(site: Site) -> None:
    """Raise UserError where a digest cannot be posted at all in a place."""
    if why := _nowhere(site):
        raise UserError(why)


def require_bot(digest: Digest, site: Site, only: Collection[str] = ALL) -> None:
    """Raise UserError, which names all that the bot lacks for a digest, of these rights, and where to set it."""
    require_place(site)
    if lacking := [right for right in missing(_needed(digest, site), site.bot) if right in only]:
        raise UserError(refusal(lacking, site.channel_name, site.bot_name))


def require_person(digest: Digest, site: Site, only: Collection[str] = ALL) -> None:
    """Raise UserError where a person may not do, of these rights, what a digest does in the channel for them."""
    require_place(site)
    needed = [right for right in _needed(digest, site) if right not in _OF_THE_BOT]
    if lacking := [right for right in missing(needed, site.person) if right in only]:
        raise UserError(
            f"You need {named(lacking)} in #{site.channel_name} yourself before a digest can post there for you. "
            f"Whoever manages the channel can set {_it(lacking)} under Edit Channel → Permissions."
        )


def missing(needed: Iterable[str], held: Collection[str]) -> list[str]:
    """Return which of the rights that are needed are missing, in the order in which they are told.

    Without View Channel Discord says the same of all others, whatever is set for them, and without Send Messages of
    some: of these nothing is known, so that they are not named.
    """
    wanted = _ordered(needed)
    return [right for right in wanted if right not in held and not _hidden(right, wanted, held)]


def refusal(lacking: Sequence[str], channel_name: str, bot_name: str) -> str:
    """Return what rights the bot needs in a channel, and where to set them, as raw sentences."""
    return f"I need {named(lacking)} in #{channel_name}. {where(lacking, bot_name)}"


def where(rights: Sequence[str], bot_name: str) -> str:
    """Return where in Discord rights are given to the bot, as a sentence."""
    place = f"Set {_it(rights)} under Edit Channel → Permissions → {bot_name}"
    if MENTION in rights:
        what = "" if len(rights) == 1 else "the last one "
        place += f", or {what}for the role under Server Settings → Roles → Allow anyone to @mention this role"
    return f"{place}."


def named(rights: Sequence[str]) -> str:
    """Return what Discord calls rights, in a row."""
    *most, last = (LABELS[right] for right in rights)
    return f"{', '.join(most)} and {last}" if most else last


def _needed(digest: Digest, site: Site) -> list[str]:
    """Return the rights that the bot needs for a digest."""
    needed = [VIEW, IN_THREAD if site.thread else SEND, EMBED, ATTACH, READ]
    needed += [THREAD] if digest.thread and not site.thread else []
    needed += [MENTION] if _calls(digest, site) else []
    return needed


def _checks(digest: Digest, site: Site) -> Iterator[Check]:
    """Yield the rights that the bot needs for a digest."""
    needed = _needed(digest, site)
    for right in needed:
        yield Check(right, None if _hidden(right, needed, site.bot) else right in site.bot)


def _hidden(right: str, needed: Collection[str], held: Collection[str]) -> bool:
    """Whether nothing is known of a right, as another one that is needed is missing."""
    if VIEW not in held and right in _NEEDS_VIEW:
        return True
    return right in _NEEDS_SEND and any(one in needed and one not in held for one in (SEND, IN_THREAD))


def _ordered(rights: Iterable[str]) -> list[str]:
    """Return rights, with the one that all others need, in the order in which they are told."""
    wanted = {VIEW, *rights}
    return [right for right in LABELS if right in wanted]


def _it(rights: Sequence[str]) -> str:
    return "it" if len(rights) == 1 else "them"


def _calls(digest: Digest, site: Site) -> bool:
    """Whether a digest mentions a role that not everybody may mention."""
    return bool(digest.role_id) and site.role and not site.open_role


def _nowhere(site: Site) -> str:
    """Return why a digest cannot be posted at all in a place; "" where it can."""
    match site.channel:
        case Channel.GONE:
            return "The channel was deleted. Choose another one."
        case Channel.WRONG:
            return f"#{site.channel_name} is no text or announcement channel, and no thread of one. Choose another one."
        case Channel.FORUM:
            return f"#{site.channel_name} is a forum. Choose one of its posts, or a text channel."
        case Channel.PRIVATE:
            return (
                "That is a private thread, which I lose when I am taken out of it. "
                "Choose a public one, or a text channel."
            )
        case Channel.LOCKED:
            return "The thread is locked. Unlock it, or choose another place."
        case Channel.THERE:
            return ""
