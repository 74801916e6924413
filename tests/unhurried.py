"""A Discord in memory that waits for a bot on a busy machine: only a bot that hangs runs into a limit."""

from __future__ import annotations

import discord
import simcord

HUNG_SECONDS = 300
"""Seconds of real time after which a bot that is still at work counts as hung."""

SOON_SECONDS = 5.0
"""Seconds of real time within which a timer of the bot belongs to what it is doing; later ones are not waited for."""


class UnhurriedEnv(simcord.Env):
    """simcord's environment, with the limit for a bot that hangs apart from the limit for its timers.

    simcord has one limit for both. A busy machine then makes work look hung, and a higher limit makes every
    operation wait for timers that are none of its business.
    """

    def __init__(self, bot: discord.Client, **options: bool | int | None) -> None:
        super().__init__(bot, **options, settle_timeout=HUNG_SECONDS)

    async def _settle_internal(
        self,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - simcord's own signature
        idle: float = 0.01,
        dispatch: str | None = None,
        _deadline: float | None = None,
    ) -> None:
        """Settle as simcord does, and again while the machine is too busy for the bot to get anywhere."""
        if _deadline is not None:  # time is being advanced: no timer is waited for
            return await super()._settle_internal(idle=idle, dispatch=dispatch, _deadline=_deadline)
        assert self._loop is not None
        hung = self._loop.time() + HUNG_SECONDS
        while True:
            try:
                return await super()._settle_internal(timeout=timeout or SOON_SECONDS, idle=idle, dispatch=dispatch)
            except TimeoutError:
                if self._loop.time() > hung:
                    raise
