"""Who may do what. Asked at the moment of every click, whatever Discord shows or hides."""

from __future__ import annotations

from bot.errors import AccessError
from bot.model import Access, Actor, Settings


def allowed(needed: Access, actor: Actor, settings: Settings) -> bool:
    """Whether the server's settings let this person do it."""
    match needed:
        case Access.ANYBODY | Access.MEMBER:
            return True
        case Access.MODERATOR:
            return actor.manages or not actor.roles.isdisjoint(settings.moderator_roles)
        case Access.MANAGER:
            return actor.manages


def require(needed: Access, actor: Actor, settings: Settings) -> None:
    """Raise AccessError, which names the permission or the roles that are missing, unless `allowed`."""
    if allowed(needed, actor, settings):
        return
    if needed is Access.MANAGER:
        raise AccessError("This is for those with the permission Manage Server, which you do not have here.")
    ways = "the permission Manage Server"
    if settings.moderator_roles:
        # Shown to that person alone, and no message of the bot mentions anybody.
        ways += f" or the role {' or '.join(f'<@&{role}>' for role in settings.moderator_roles)}"
    raise AccessError(f"This is for moderators: it needs {ways}, which you do not have here.")
