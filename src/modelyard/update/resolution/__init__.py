"""Settles conflicts that need no person, before the merge, and tells each decision."""
