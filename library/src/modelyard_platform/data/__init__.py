"""Snapshots: where they come from, how they land, and where their bytes are."""
