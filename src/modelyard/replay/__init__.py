"""Replay: a repo's own past updates done again, beside Copier's and what was committed."""
