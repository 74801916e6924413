"""The packs that come with the bot."""
