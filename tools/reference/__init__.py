"""Writes docs/reference from what it describes: copier.yml and a generated repo."""
