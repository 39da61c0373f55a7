"""Merges files that somebody reformatted: runs their formatter over what the template renders.

Where git, and a merge by meaning, see a conflict in a file that is as the repo's own formatter
writes it, both of the template's versions of it are formatted that way too, and are merged then.
Nothing here is imported where there is no conflict.
"""
