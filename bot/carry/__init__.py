"""Carrying data in and out: what a file holds, the dry run, and bringing it into the store."""
