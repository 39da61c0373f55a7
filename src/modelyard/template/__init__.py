"""Templates: where they are, their versions, their settings, and what a repo records of them."""
