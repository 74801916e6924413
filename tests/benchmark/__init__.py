"""What the store costs at a million entries against a thousand: `python -m tests.benchmark --help`."""
