"""How good a stored model is, and whether that is good enough."""
