"""Settles conflicts that need no person, each with a decision that is told."""
