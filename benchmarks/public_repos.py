"""Public repos whose past updates are done again, and the templates that they are under.

Each was chosen by its template and by having some updates in its history. Rules of the merge were
made while the ones that are `seen` were looked at; the others were not, until the rules were done.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class PublicRepo:
    """A repo on GitHub.

    Attributes:
        name: Its owner and name.
        commit: Where its history ends for us.
        template: The template that it is under by now.
        seen: Rules were made while its updates were looked at.
    """

    name: str
    commit: str
    template: str
    seen: bool = False


UV = "pawamoy/copier-uv"
DIAMOND = "DiamondLightSource/python-copier-template"
LINCC = "lincc-frameworks/python-project-template"
OCA = "OCA/oca-addons-repo-template"
BASE = "python-project-templates/base"
PYPACKAGE = "12rambau/pypackage"

REPOS: Sequence[PublicRepo] = (
    PublicRepo("pawamoy/duty", "ccc11b5782e00719a66e2f2c2397ea0c1cc3ab8f", UV, True),
    PublicRepo("mkdocstrings/griffe", "b450abb0b372f594271a017153a297c75651531a", UV, True),
    PublicRepo("bluesky/ophyd-async", "c33d42a9b530e60c1c427fb1598c60475b94816f", DIAMOND, True),
    PublicRepo("bluesky/scanspec", "bb7ee7480b014742c6c2b6d82f40069dec4132a4", DIAMOND, True),
    PublicRepo("astronomy-commons/hats", "cc13c22b2c573488ad6e5a09e4011767294d7bc4", LINCC, True),
    PublicRepo(
        "lincc-frameworks/nested-pandas", "0c404e7acc1fe40edc50de1f559adc446592be08", LINCC, True
    ),
    PublicRepo("OCA/pos", "5a2bd27cb627202374ccdd31bbc5f12e71c2de86", OCA, True),
    PublicRepo("Point72/ccflow", "30e28586335be57374e1c05610a69c0345b3d2fb", BASE, True),
    PublicRepo("12rambau/pygadm", "0222a9e8d5331ed05a34ffbe2ca3154c9eaefd0b", PYPACKAGE, True),
    PublicRepo("mkdocstrings/mkdocstrings", "9a11dcb8e9b39ff6e1a22abdd362350de4e68e9f", UV),
    PublicRepo("pawamoy/git-changelog", "9ee6a8af617288387a9579ab3ffd988a064741db", UV),
    PublicRepo("pawamoy/markdown-exec", "4fba0b932622f90761d6a2ec0725eb318fe4a10c", UV),
    PublicRepo("DiamondLightSource/blueapi", "1dc22b676614025abda7d5f09677ef1cfad28f86", DIAMOND),
    PublicRepo("DiamondLightSource/FastCS", "a61df13aa2c34718f62c90d3e68a4b2473dc5bd1", DIAMOND),
    PublicRepo("astronomy-commons/lsdb", "836fb5da4c3383316ab1e233c482b973436a4351", LINCC),
    PublicRepo("lincc-frameworks/tape", "8400c1ebcaa167e1111acedfddd0c097679aa024", LINCC),
    PublicRepo("lincc-frameworks/hyrax", "71df8a8af8e62ecf0f1a4e92159bd9ee0686fd28", LINCC),
    PublicRepo("OCA/rest-framework", "c89c938741920b5a3afa9cfc3f233e793733dfff", OCA),
    PublicRepo("OCA/edi", "94addaf1df233ce418a6cb8c2001d705e341c558", OCA),
    PublicRepo("1kbgz/tadaima", "c77f92841386584c2cc33ccb97161f5de57c0014", BASE),
    PublicRepo("12rambau/pytest-copie", "f2a718c0b96f45d8bfe3dbb9ab880338cebfee7f", PYPACKAGE),
)

# Those of today, and those that some of the repos were under before; by the names on record too.
TEMPLATES: Sequence[str] = (
    *(UV, DIAMOND, LINCC, OCA, BASE, PYPACKAGE),
    *("pawamoy/copier-pdm", "pawamoy/copier-poetry", "oca/oca-addons-repo-template"),
)
