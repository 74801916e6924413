"""Scheduled digests: when one is due, what it carries, and that it is posted once."""
