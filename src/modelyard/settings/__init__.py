"""Reads what a repo says of its own updates: `.modelyard.toml`, as it is committed."""
