"""Which licence a text or a name means, and which answer of a template is the same."""

import re

# The SPDX id, what only its text says, and the names that people give it, letters and digits only.
_KNOWN: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("Apache-2.0", ("Apache License", "Version 2.0"), ("apache", "apachelicense", "apache2")),
    ("MIT", ("Permission is hereby granted, free of charge",), ("mit", "mitlicense", "expat")),
    ("AGPL-3.0", ("GNU AFFERO GENERAL PUBLIC LICENSE",), ("agpl", "agplv3", "agpl3")),
    ("LGPL-3.0", ("GNU LESSER GENERAL PUBLIC LICENSE",), ("lgpl", "lgplv3", "lgpl3")),
    ("GPL-2.0", ("GNU GENERAL PUBLIC LICENSE", "Version 2"), ("gplv2", "gpl2")),
    ("GPL-3.0", ("GNU GENERAL PUBLIC LICENSE", "Version 3"), ("gpl", "gplv3", "gpl3")),
    ("MPL-2.0", ("Mozilla Public License Version 2.0",), ("mpl", "mpl2")),
    ("BSD-3-Clause", ("Redistribution and use", "Neither the name"), ("bsd", "bsd3", "newbsd")),
    ("BSD-2-Clause", ("Redistribution and use",), ("bsd2", "simplifiedbsd")),
    ("ISC", ("Permission to use, copy, modify, and/or distribute",), ("isc", "isclicense")),
    ("Unlicense", ("This is free and unencumbered software",), ("unlicense", "publicdomain")),
    ("proprietary", ("All rights reserved",), ("proprietary", "closed", "allrightsreserved")),
)
_LONG = {
    "Apache-2.0": "Apache License 2.0",
    "GPL-2.0": "GNU General Public License v2",
    "GPL-3.0": "GNU General Public License v3",
    "BSD-3-Clause": 'BSD 3-Clause "New" License',
    "MPL-2.0": "Mozilla Public License 2.0",
    "proprietary": "Proprietary, all rights reserved",
}


def of_text(text: str) -> str:
    """Return the SPDX id of the licence that a text is, "proprietary", or ""."""
    flat = " ".join(text.split()).lower()
    head = flat[:3000]
    for spdx, signs, _ in _KNOWN:
        # The long licences name each other, so those are told by how they begin.
        where = flat[:200] if spdx.startswith(("AGPL", "LGPL", "GPL")) else head
        if all(sign.lower() in where for sign in signs):
            return spdx
    return ""


def of_name(name: str) -> str:
    """Return the SPDX id that a name, an expression or a classifier means, or ""."""
    plain = _plain(name)
    for spdx, _, names in _KNOWN:
        if plain in {_plain(other) for other in (spdx, *names, *names_of(spdx))}:
            return spdx
    return ""


def names_of(spdx: str) -> tuple[str, ...]:
    """Return what else a licence is called."""
    names = next((names for known, _, names in _KNOWN if known == spdx), ())
    more = (f"{spdx}-only", f"{spdx}-or-later", f"{spdx} License", f"{spdx}-License")
    return (spdx, *names, *more, *filter(None, (_LONG.get(spdx),)))


def _plain(name: str) -> str:
    shorter = re.sub(r"(?i)\b(the|software|version|license|licence|gnu)\b", "", name)
    return re.sub(r"[^a-z0-9]", "", (shorter.strip() or name).lower())
