"""Answers as Discord shows them: pure values in, embeds, buttons and pictures out."""
