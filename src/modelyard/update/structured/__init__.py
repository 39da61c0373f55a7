"""Merges structured files by meaning: TOML, YAML, JSON, Python, ignore files."""
