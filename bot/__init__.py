"""Dateline, a Discord bot that answers questions about a news story, each answer with its source."""
