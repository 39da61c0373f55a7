"""Which licence a text or a name means."""

import re

# The SPDX id, what only its text says, and the names that people give it:
# lower case, letters and digits, without `_FILLERS`.
_KNOWN = (
    ("Apache-2.0", r"apache license.*version 2\.0", r"apachev?(20?)?"),
    ("MIT", r"permission is hereby granted, free of charge", r"mit|expat"),
    (
        "AGPL-3.0",
        r"^.{0,150}gnu affero general public license",
        r"(agpl|afferogeneralpublic)v?(30?)?",
    ),
    (
        "LGPL-3.0",
        r"^.{0,150}gnu lesser general public license,? version 3",
        r"(lgpl|lessergeneralpublic)v?(30?)?",
    ),
    ("GPL-2.0", r"^.{0,150}gnu general public license,? version 2", r"(gpl|generalpublic)v?20?"),
    ("GPL-3.0", r"^.{0,150}gnu general public license,? version 3", r"(gpl|generalpublic)v?(30?)?"),
    ("MPL-2.0", r"mozilla public license,? version 2\.0", r"(mpl|mozillapublic)(20?)?"),
    ("BSD-3-Clause", r"redistribution and use.*neither the name", r"(new)?bsd(3(clause)?)?(new)?"),
    ("BSD-2-Clause", r"redistribution and use", r"bsd2(clause)?(simplified)?|simplifiedbsd"),
    ("ISC", r"permission to use, copy, modify, and/or distribute", r"isc"),
    ("Unlicense", r"this is free and unencumbered software", r"unlicense|publicdomain"),
    ("proprietary", r"all rights reserved", r"proprietary|closed|(proprietary)?allrightsreserved"),
)


_FILLERS = re.compile(
    r"\(.*?\)|\+|(?<!un)licen[cs]e|\b(the|software|version|gnu|only|or[ -]later)\b"
)


def of_text(text: str) -> str:
    """Return the SPDX id of the licence that a text is, "proprietary", or ""."""
    # The long licences name each other, so those are told by how they begin.
    head = " ".join(text.split()).lower()[:3000]
    return next((spdx for spdx, words, _ in _KNOWN if re.search(words, head)), "")


def of_name(name: str) -> str:
    """Return the SPDX id that a name, an expression or a classifier means, or ""."""
    letters = re.sub(r"[^a-z0-9]", "", _FILLERS.sub("", name.lower()))
    return next((spdx for spdx, _, names in _KNOWN if re.fullmatch(names, letters)), "")
