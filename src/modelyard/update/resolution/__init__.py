"""Settles conflicts that need no person, and tells each decision."""
