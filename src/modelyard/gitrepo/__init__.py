"""Git: a user's repository, its trees, and a scratch repository on top of it."""
