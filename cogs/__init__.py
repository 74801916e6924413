"""What Discord sees: commands and buttons. A cog parses, calls a rule, renders and replies."""
