"""What moderators and members do to entries: add, change, take back, suggest and decide."""
