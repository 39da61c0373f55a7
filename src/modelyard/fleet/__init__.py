"""Rolls a standard out to many repos: in waves, as requests, with the forge as the only state."""
