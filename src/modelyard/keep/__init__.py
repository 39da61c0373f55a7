"""Records in `.modelyard.toml` what a repo keeps as its own."""
