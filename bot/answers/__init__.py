"""From a question to its answer: what is meant, what the store has of it, and what is near."""
