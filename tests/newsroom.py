"""A server with the bot in it: the ways to ask, and what a person then sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import discord
import simcord
from simcord import ChannelHandle, GuildHandle, InteractionResult, MemberActor, ResponseMessage

from bot.store.database import Database


@dataclass(frozen=True)
class Seen:
    """A message of the bot as a person sees it."""

    message: discord.Message | ResponseMessage
    content: str
    title: str
    text: str
    footer: str
    buttons: tuple[str, ...]
    disabled: tuple[str, ...]
    options: tuple[discord.SelectOption, ...]
    files: tuple[discord.Attachment, ...]
    hidden: bool

    @property
    def everything(self) -> str:
        """All that the message says, without the marks that make it bold or large."""
        said = "\n".join((self.content, self.title, self.text, self.footer, *self.buttons))
        return said.replace("**", "").replace("### ", "").replace("\u00a0", " ")


def seen(source: discord.Message | ResponseMessage | InteractionResult) -> Seen:
    """Return what there is to see of a message, or of the answer to an interaction."""
    answered = source
    if isinstance(answered, InteractionResult):
        followups = answered.followups
        shown = answered.response or (followups[-1] if followups else None)
        assert shown is not None, "the interaction was not answered"
        answered = shown
    message = answered.message if isinstance(answered, ResponseMessage) else answered
    assert len(message.embeds) < 2
    embed = message.embeds[0] if message.embeds else discord.Embed()
    texts = [embed.description, *(text for field in embed.fields for text in (field.name, field.value))]
    items = [item for row in message.components for item in getattr(row, "children", ())]
    buttons = [item for item in items if isinstance(item, discord.Button)]
    menus = [item for item in items if isinstance(item, discord.SelectMenu)]
    return Seen(
        message=answered,
        content=message.content,
        title=embed.title or "",
        text="\n".join(filter(None, texts)),
        footer=embed.footer.text or "",
        buttons=tuple(button.label or "" for button in buttons),
        disabled=tuple(button.label or "" for button in buttons if button.disabled),
        options=tuple(option for menu in menus for option in menu.options),
        files=tuple(message.attachments),
        hidden=message.flags.ephemeral,
    )


@dataclass(frozen=True)
class Newsroom:
    """A server with a channel and two members."""

    env: simcord.Env
    store: Database
    guild: GuildHandle
    channel: ChannelHandle
    asker: MemberActor
    other: MemberActor

    async def typed(self, text: str, by: MemberActor | None = None) -> Seen:
        """Type a message in the channel and return the bot's answer to it."""
        sent = await (by or self.asker).send(self.channel, text)
        return self._reply(self.channel, sent)

    async def mentioned(self, text: str) -> Seen:
        """Type a message that begins with a mention of the bot and return the bot's answer to it."""
        assert self.env.bot.user is not None
        return await self.typed(f"{self.env.bot.user.mention} {text}")

    async def slash(self, name: str, by: MemberActor | None = None, /, **options: Any) -> Seen:
        """Use a slash command in the channel."""
        return seen(await (by or self.asker).slash(self.channel, name, **options))

    async def private(self, text: str) -> Seen:
        """Write to the bot in private and return its answer."""
        user = self.asker.user
        return self._reply(user.dm_channel, await user.send_dm(text))

    async def private_slash(self, name: str, /, **options: Any) -> Seen:
        """Use a slash command in private."""
        return seen(await self.asker.user.slash(name, **options))

    async def silent(self, text: str) -> bool:
        """Type a message in the channel and return whether nothing comes back."""
        sent = await self.asker.send(self.channel, text)
        return self.channel.last_message == sent

    async def press(self, card: Seen, label: str, by: MemberActor | None = None) -> Seen:
        """Press a button; an answer in place of the card is returned as the card then is."""
        result = await (by or self.asker).click(card.message, label=label)
        return self._pressed(card, result, by)

    async def pick(self, card: Seen, label: str, by: MemberActor | None = None) -> Seen:
        """Pick the line of a card's menu that begins so."""
        [value] = [option.value for option in card.options if option.label.startswith(label)]
        result = await (by or self.asker).select(card.message, [value])
        return self._pressed(card, result, by)

    async def suggested(self, command: str, option: str, typed: str) -> list[str]:
        """Type into an option of a slash command and return the names that are offered."""
        choices = await self.asker.autocomplete(self.channel, command, option, typed)
        return [choice["name"] for choice in choices]

    def now(self, card: Seen, by: MemberActor | None = None) -> Seen:
        """Return a message as a person sees it now."""
        history = self.channel.history(viewer=by or self.asker)
        [message] = [message for message in history if message.id == card.message.id]
        return seen(message)

    def _pressed(self, card: Seen, result: InteractionResult, by: MemberActor | None) -> Seen:
        assert result.acknowledged
        return seen(result) if result.response or result.followups else self.now(card, by)

    def _reply(self, channel: ChannelHandle, sent: discord.Message) -> Seen:
        reply = channel.last_message
        assert reply is not None
        assert reply != sent, "the bot did not answer"
        assert reply.reference is not None
        assert reply.reference.message_id == sent.id
        assert not reply.mentions
        return seen(reply)
