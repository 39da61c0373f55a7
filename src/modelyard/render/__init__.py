"""Renders versions of a template into memory, with Copier."""
