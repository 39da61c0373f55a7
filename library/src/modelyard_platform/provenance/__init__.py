"""The way back from a version: its whole chain, and training it again."""
