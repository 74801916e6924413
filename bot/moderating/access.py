"""Who may do what. Asked at the moment of every click, whatever Discord shows or hides."""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import AccessError
from bot.model import Access, Actor, Settings
from bot.text import name


def allowed(needed: Access, actor: Actor, settings: Settings) -> bool:
    """Whether the server's settings let this person do it."""
    match needed:
        case Access.ANYBODY | Access.MEMBER:
            return True
        case Access.MODERATOR:
            return actor.manages or not actor.roles.isdisjoint(settings.moderator_roles)
        case Access.MANAGER:
            return actor.manages


def require(needed: Access, actor: Actor, settings: Settings, *, called: Mapping[int, str] | None = None) -> None:
    """Raise AccessError, which names the permission or the roles that are missing, unless `allowed`.

    `called` are the (raw) names of the server's roles, for whoever acts in private: no mention of one is read there.
    """
    if allowed(needed, actor, settings):
        return
    if needed is Access.MANAGER:
        raise AccessError("This is for those with the permission Manage Server, which you do not have here.")
    raise AccessError(f"This is for moderators: {lacking(settings, called)}.")


def lacking(settings: Settings, called: Mapping[int, str] | None = None) -> str:
    """Return what makes a moderator, for somebody who is none, as the end of a sentence; `called` as in `require`."""
    ways = "the permission Manage Server"
    # Shown to that person alone, and no message of the bot mentions anybody.
    roles = [f"<@&{role}>" if called is None else name(called[role]) for role in settings.moderator_roles]
    if roles:
        ways += f" or the role {' or '.join(roles)}"
    where = "here" if called is None else "there"
    return f"it needs {ways}, which you do not have {where}"
