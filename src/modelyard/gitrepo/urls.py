"""Addresses of repositories, as people may see them."""

import re


def without_login(text: str) -> str:
    """Return a text with the user and password taken out of its URLs."""
    return re.sub(r"(\w+://)[^/@\s]*@", r"\1", text)
