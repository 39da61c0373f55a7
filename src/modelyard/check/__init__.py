"""Tells where a repo stands."""
