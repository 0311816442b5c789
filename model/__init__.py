"""The reference shop: pure Python, no clock of its own, no I/O, no randomness."""
