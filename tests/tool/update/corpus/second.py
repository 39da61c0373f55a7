"""The second version of the corpus's template, and what it must bring to a repo."""

from tests.tool.update.corpus.files import function, image, module
from tests.tool.update.corpus.version import SOURCE, Edit, Version
from tests.tool.update.oracle import RUNNABLE, Absent, Disk, Kind, Same, Text, Witness

CI = ".github/workflows/ci.yml"
CACHE = "      - name: Cache\n        uses: actions/cache@v4\n      - name: Install\n"
REASON = '"reason": {"type": "string"},\n    "month"'
SUPPORT = "\n## Support\n\nAsk in the channel of the platform.\n"
AUDIT = "\naudit:\n  stage: test\n  script: [make check]\n"
ROLLBACK = "Roll the model back: make rollback."

EDITS: list[Edit] = [
    ("params.yaml", "threshold: 0.5", "threshold: 0.6", "threshold: 0.6"),
    ("pyproject.toml", "scikit-learn>=1.4", "scikit-learn>=1.5", "scikit-learn>=1.5"),
    ("pyproject.toml", '"D203"]', '"D203", "D213"]', '"D213"'),
    (".pre-commit-config.yaml", "v0.4.0", "v0.5.0", "rev: v0.5.0"),
    (CI, "timeout-minutes: 15", "timeout-minutes: 25", "timeout-minutes: 25"),
    (CI, "      - name: Install\n", CACHE, "actions/cache@v4"),
    (".github/workflows/release.yml", "make build", "make build check", "make build check"),
    ("Makefile", "\t.venv/bin/pytest\n", "\t.venv/bin/pytest --quiet\n", "pytest --quiet"),
    ("README.md", "", SUPPORT, "channel of the platform"),
    (f"{SOURCE}/scores.py", "lift_scale, 4", "lift_scale, 6", "lift_scale, 6"),
    (f"{SOURCE}/support/words.py", "title_scale, 3", "title_scale, 5", "title_scale, 5"),
    # A file of the user's own: the template's change is not for repos that have it.
    (f"{SOURCE}/features.py", "", "\n\n" + function("tenure", 9), ""),
    (f"{SOURCE}/data.py", "join_scale, 3", "join_scale, 8", "join_scale, 8"),
    (f"{SOURCE}/model.py", "predict_shift = value + 2", "predict_shift = value + 20", "value + 20"),
    (f"{SOURCE}/pipelines/train.py", "judge_shift * 4", "judge_shift * 40", "judge_shift * 40"),
    ("docs/runbook.md", "Roll the model back.", ROLLBACK, "make rollback"),
    ("docs/Überblick.md", "Mehr im Handbuch.", "Mehr im neuen Handbuch.", "neuen Handbuch"),
    ("docs/how to.md", "real data.", "real data, monthly.", "data, monthly"),
    ("data/sample.csv", "", "d4,2024-03,1\r\n", "d4,2024-03,1"),
    ("config/threshold.txt", "upper 0.9", "upper 0.95", "upper 0.95"),
    ("config/schema.json", '"month"', REASON, '"reason"'),
    ("config/base.yaml", "workers: 4", "workers: 8", "workers: 8"),
    ("VERSION.txt", "1.0.0", "2.0.0", "2.0.0"),
    (".gitignore", "", "*.tmp\n", "*.tmp"),
    (".devcontainer/devcontainer.json", '"--rm"', '"--rm", "-v", "cache:/cache"', "cache:/cache"),
    (f"{SOURCE}/settings.py", "", "    owner: str\n", "owner: str"),
    ("LICENSE", "Ask before you copy.", "Ask before you copy or quote.", "or quote"),
    ("Dockerfile", "3.11-slim", "3.12-slim", "3.12-slim"),
    ("mkdocs.yml", "  - autorefs\n", "  - autorefs:\n      closest: true\n", "closest: true"),
    ("docs/requirements.txt", "material==9.5.0", "material==9.6.0", "material==9.6.0"),
    ("scripts/ruff.toml", ">=0.5.0", ">=0.6.0", ">=0.6.0"),
    (".github/workflows/release.yml", "checkout@v4", "checkout@v5", "checkout@v5"),
    # Only with another answer than the default.
    (".gitlab-ci.yml", "", AUDIT, ""),
]
ADDED: dict[str, str | bytes] = {
    "docs/security.md": "# Security\n\nReport a leak at once.\nThen rotate the keys.\n",
    "docs/Über uns.md": "# Über uns\n\nWir sind das Team.\nFragen hilft.\n",
    f"{SOURCE}/registry.py": module("The registry.", "register", "fetch", "retire"),
    f"{SOURCE}/pipelines/backfill.py": module("Fills gaps.", "gaps", "fill"),
    ".github/workflows/audit.yml": "name: Audit\non: workflow_dispatch\njobs: {}\n",
    "local.mk": "LOCAL_JOBS := 2\n",
    "reports/summary.md": "# Summary\n\nWritten every month.\n",
    "plugins": "none yet\n",
    "docs/images/logo.png": image(110),
}


def second(now: Version) -> list[Witness]:
    """Make the second version of the first; return what it brings."""
    now.move(f"{SOURCE}/metrics.py", f"{SOURCE}/scores.py")
    now.move(f"{SOURCE}/helpers/", f"{SOURCE}/support/")
    del now.files["docs/onboarding.md"], now.files["scripts/old_report.sh"]
    now.files.update(ADDED)
    now.runnable.add("scripts/report.py")
    return [
        *now.edit(EDITS),
        Absent((f"{SOURCE}/metrics.py",)),
        Text((f"{SOURCE}/support/files.py",), text="read_shift"),
        Absent((f"{SOURCE}/helpers/times.py",)),
        Absent(("docs/onboarding.md",)),
        Absent(("scripts/old_report.sh",)),
        Text(("docs/security.md",), text="rotate the keys"),
        Text(("docs/Über uns.md",), text="Fragen hilft"),
        Text((f"{SOURCE}/registry.py",), text="retire_shift"),
        Text((f"{SOURCE}/pipelines/backfill.py",), text="gaps_shift"),
        Text((".github/workflows/audit.yml",), text="name: Audit"),
        Disk(("local.mk",), data=b"LOCAL_JOBS := 2\n"),
        Text(("reports/summary.md",), text="every month"),
        Text(("plugins",), text="none yet"),
        Kind(("scripts/report.py",), kind=RUNNABLE),
        Same(("docs/images/logo.png",), data=image(110)),
        Text((".copier-answers.yml",), text="v2.0.0"),
    ]
