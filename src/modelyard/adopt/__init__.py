"""Brings repos that exist under a template: infers the answers, adds what is missing."""
