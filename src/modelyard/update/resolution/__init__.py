"""Settles conflicts of lines that need no person, and tells what was given up for it."""
