"""The commands that messages give, as a person types them in a repo."""

import shlex


def typed(words: str) -> str:
    """Return the line to type for a verb and its options: `make promote ARGS="--allow-dirty"`."""
    verb, _, options = words.partition(" ")
    if not options:
        return f"make {verb}"
    plain = not set(options) & set('"$`\\#\n')
    quoted = f'"{options}"' if plain else shlex.quote(options.replace("$", "$$"))
    return f"make {verb} ARGS={quoted}"
