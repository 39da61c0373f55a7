"""Reads and compiles locks, and finds the wheels that a project names by path."""
