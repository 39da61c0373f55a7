"""Proves that an update lost nothing; imports nothing of the merge."""
