"""What a server has chosen, what is stored about its people, and what becomes of it when the bot leaves."""
