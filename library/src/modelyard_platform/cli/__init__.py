"""The verbs of a model repo."""
