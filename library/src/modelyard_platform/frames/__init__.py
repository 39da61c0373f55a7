"""Frames that travel between stages: each comes back as it was, in every engine.

A frame is an Arrow file, and what Arrow does not know of pandas (the type of categories, which kind
of text, the labels of columns) is written beside it as JSON. What cannot come back the same is
refused, by column and type. Nothing in such a file is code.
"""

from .files import check, read, settled, write

__all__ = ["check", "read", "settled", "write"]
