"""The third version of the corpus's template, and what it must bring to a repo."""

from tests.tool.update.corpus.files import function, image
from tests.tool.update.corpus.version import SOURCE, Edit, Version
from tests.tool.update.oracle import LINK, RUNNABLE, Absent, Kind, Same, Text, Witness

CI, HOOKS = ".github/workflows/ci.yml", ".pre-commit-config.yaml"
PREDICT, TRAIN = f"{SOURCE}/pipelines/predict.py", f"{SOURCE}/pipelines/train.py"
TYPER = '    "typer>=0.12",\n'
FIXER = "      - id: end-of-file-fixer\n"
COVERAGE = "      - name: Coverage\n        run: make coverage\n"

EDITS: list[Edit] = [
    ("params.yaml", "threshold: 0.6", "threshold: 0.65", "threshold: 0.65"),
    ("pyproject.toml", "scikit-learn>=1.5", "scikit-learn>=1.6", "scikit-learn>=1.6"),
    ("pyproject.toml", TYPER, f'{TYPER}    "uvicorn>=0.30",\n', '"uvicorn>=0.30"'),
    ("pyproject.toml", '"pytest>=8.2"]', '"pytest>=8.2", "ruff>=0.5"]', '"ruff>=0.5"'),
    (HOOKS, FIXER, f"{FIXER}      - id: mixed-line-ending\n", "id: mixed-line-ending"),
    (HOOKS, "v0.5.0", "v0.6.0", "rev: v0.6.0"),
    (CI, "", COVERAGE, "make coverage"),
    (".github/workflows/nightly.yml", "0 3 * * *", "30 4 * * *", "30 4 * * *"),
    ("Makefile", "", "\nclean:\n\trm -rf dist\n", "rm -rf dist"),
    ("README.md", "every week", "every second week", "every second week"),
    # A file of the user's own: the template's change is not for repos that have it.
    ("tests/test_features.py", "", "\n\n" + function("test_visits", 9), ""),
    ("tools/check.sh", "echo good", "echo all good", "echo all good"),
    ("docs/decisions/0002-boost.md", "They are fast too.", "They are fast, too.", "fast, too"),
    (f"{SOURCE}/model.py", "", "\n\n" + function("rank", 9), "rank_shift"),
    (f"{SOURCE}/data.py", "clean_shift * 3", "clean_shift * 30", "clean_shift * 30"),
    (f"{SOURCE}/scores.py", "recall_scale, 2", "recall_scale, 7", "recall_scale, 7"),
    (f"{SOURCE}/pipelines/__init__.py", "", '"""What runs every week."""\n', "every week"),
    (TRAIN, "prepare_shift * 2", "prepare_shift * 20", "prepare_shift * 20"),
    ('docs/"quoted".md', "It is legal.", "It is quite legal.", "quite legal"),
    ("docs/legacy.txt", "Keep this file.", "Keep this file, please.", "please"),
    ("docs/model-card.md", "Weekly mails.", "Weekly mails only.", "mails only"),
    ("config/schema.json", '"score"]', '"score", "month"]', '"score", "month"]'),
    ("config/prod.yaml", "retries: 5", "retries: 6", "retries: 6"),
    ("VERSION.txt", "2.0.0", "3.0.0", "3.0.0"),
    (".devcontainer/devcontainer.json", "cache:/cache", "cache:/new", "cache:/new"),
    (f"{SOURCE}/settings.py", "", "    contact: str\n", "contact: str"),
    ("mkdocs.yml", "permalink: true", "permalink: false", "permalink: false"),
    ("docs/requirements.txt", "", "griffe==1.0\n", "griffe==1.0"),
    ("docs/requirements.txt", "material==9.6.0", "material==9.7.0", "material==9.7.0"),
    ("scripts/ruff.toml", ">=0.6.0", ">=0.7.0", ">=0.7.0"),
]
ADDED: dict[str, str | bytes] = {
    "docs/operations.md": "# Operations\n\nWho is on call.\nWhat to do first.\n",
    "docs/Ärger.md": "# Ärger\n\nRuhe bewahren.\nDann melden.\n",
    "docs/contact.md": "# Contact\n\nAsk in {{ contact }}.\n",
    "archive/index.md": "# Archive\n\nOld models go here.\n",
    "extras": "nothing yet\n",
    "docs/images/icon.png": image(130),
    "docs/images/logo.png": image(120),
}


def third(now: Version) -> list[Witness]:
    """Make the third version of the second; return what it brings."""
    _split(now)
    now.files[PREDICT] = _formatted(str(now.files[PREDICT]))
    now.move("notebooks/explore.py", "notebooks/exploration.py")
    now.move("scripts/check.sh", "tools/check.sh")
    now.move("docs/adr/", "docs/decisions/")
    del now.files[".settings.local.toml"], now.files[".github/dependabot.yml"]
    now.files.update(ADDED)
    now.links["docs/latest.md"] = "operations.md"
    now.questions += 'contact: {type: str, help: "Whom to ask?", default: "#help-desk"}\n'
    now.jinja.add("docs/contact.md")
    return [
        *now.edit(EDITS),
        Absent((f"{SOURCE}/utils.py",)),
        Text((f"{SOURCE}/text_utils.py",), text="parse_shift"),
        Text((f"{SOURCE}/date_utils.py",), text="quarter_shift"),
        Text((PREDICT,), text="ndigits=2"),
        Text(("docs/operations.md",), text="on call"),
        Text(("docs/Ärger.md",), text="Ruhe bewahren"),
        Text(("docs/contact.md",), text="#help-desk"),
        Text(("archive/index.md",), text="Old models"),
        Text(("extras",), text="nothing yet"),
        Same(("docs/images/icon.png",), data=image(130)),
        Same(("docs/images/logo.png",), data=image(120)),
        Same(("docs/latest.md",), data=b"operations.md", kind=LINK),
        Absent((".settings.local.toml",)),
        Absent((".github/dependabot.yml",)),
        Absent(("scripts/check.sh",)),
        Kind(("tools/check.sh",), kind=RUNNABLE),
        Absent(("docs/adr/0001-record.md",)),
        Text(("docs/decisions/0003-weekly.md",), text="Training is cheap"),
        Text((".copier-answers.yml",), text="v3.0.0"),
        Text((".copier-answers.yml",), text="contact:"),
    ]


def _split(now: Version) -> None:
    """Make two modules of one."""
    head, *parts = str(now.files.pop(f"{SOURCE}/utils.py")).split("\n\n\n")
    now.files[f"{SOURCE}/text_utils.py"] = "\n\n\n".join([head, *parts[:5]]) + "\n"
    now.files[f"{SOURCE}/date_utils.py"] = "\n\n\n".join([head, *parts[5:]])


def _formatted(source: str) -> str:
    """Return the source as another formatter would write what its functions return."""
    lines = []
    for line in source.splitlines():
        start, found, inside = line.partition("return round(")
        if found:
            value, digits = inside.removesuffix(")").split(", ")
            lines += [start + found, f"        {value},", f"        ndigits={digits},", "    )"]
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"
