"""Keeps what a repo has declared its own out of an update."""
