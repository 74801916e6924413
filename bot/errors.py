"""What can go wrong, by who has to know."""

from __future__ import annotations


class BotError(Exception):
    """A fault of the machine, the file or the network, said in one line for the operator."""


class StoreError(BotError):
    """The store's file cannot be used as it is. `told` is what a person reads, whom the file does not concern."""

    told = (
        "My store cannot be used at the moment, so nothing could be looked up or saved. "
        "Those who run this bot can see why in its log. Please try again later."
    )


class StoreBusyError(StoreError):
    """Somebody else has been writing for too long; nothing was changed."""

    told = "My store is busy at the moment, and nothing was saved. Please try again in a minute."


class PackError(BotError):
    """A pack that cannot be read. `faults` holds one sentence for each thing that is wrong."""

    def __init__(self, name: str, faults: list[str]) -> None:
        self.name = name
        self.faults = faults
        super().__init__("\n".join(f"{name}: {fault}" for fault in faults))


class ConfigError(BotError):
    """The settings cannot be used. `faults` names all of them at once."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


class UserError(Exception):
    """A broken rule; the text is the sentence that the person is shown, and is escaped where it is shown."""


class MarkedError(UserError):
    """One whose text is all ours and holds markup, such as a mention, which notifies nobody: it is shown as it is."""


class AccessError(MarkedError):
    """A right is missing. The text may name roles."""
