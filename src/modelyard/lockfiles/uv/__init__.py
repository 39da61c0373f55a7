"""What uv is given: everything of a repo that reaches it is read strictly and written anew."""
