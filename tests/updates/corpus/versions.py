"""The three versions of the corpus's template, and what each step must bring to a repo."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

from tests.repos import git
from tests.updates.corpus import files as first
from tests.updates.corpus.files import PACKAGE, function, image, module
from tests.updates.oracle import RUNNABLE, Absent, Disk, Kind, Same, Text, Witness

SOURCE = f"src/{PACKAGE}"


@dataclass
class Version:
    """The template as one release has it."""

    files: dict[str, str | bytes] = field(default_factory=lambda: dict(first.FILES))
    jinja: set[str] = field(default_factory=lambda: set(first.JINJA))
    runnable: set[str] = field(default_factory=lambda: set(first.EXECUTABLE))
    links: dict[str, str] = field(default_factory=lambda: dict(first.LINKS))
    questions: str = first.QUESTIONS

    def replace(self, path: str, old: str, new: str) -> None:
        """Replace a text that a file has once."""
        text = self.files[path]
        assert isinstance(text, str) and text.count(old) == 1, (path, old)
        self.files[path] = text.replace(old, new)

    def append(self, path: str, more: str) -> None:
        """Add to the end of a file."""
        text = self.files[path]
        assert isinstance(text, str)
        self.files[path] = text + more

    def move(self, old: str, new: str) -> None:
        """Rename a file; or a folder, where both end in a slash."""
        for path in [path for path in self.files if path == old or path.startswith(old)]:
            target = new + path.removeprefix(old)
            self.files[target] = self.files.pop(path)
            if path in self.runnable:
                self.runnable = self.runnable - {path} | {target}

    def write(self, root: Path) -> None:
        """Write the template into an empty folder."""
        (root / "copier.yml").write_text(self.questions, "utf-8")
        name = "{{ _copier_conf.answers_file }}.jinja"
        answers = "# Written by copier.\n{{ _copier_answers | to_nice_yaml }}"
        for path, data in {**self.files, name: answers}.items():
            suffix = ".jinja" if path in self.jinja else ""
            target = root / "template" / (path.replace(SOURCE, "src/{{ package }}") + suffix)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data.encode() if isinstance(data, str) else data)
            target.chmod(0o755 if path in self.runnable else 0o644)
        for path, goal in self.links.items():
            (root / "template" / path).symlink_to(goal)


def second(now: Version) -> list[Witness]:
    """Make the second version of the first; return what it brings."""
    now.replace("params.yaml", "threshold: 0.5", "threshold: 0.6")
    now.replace("pyproject.toml", "scikit-learn>=1.4", "scikit-learn>=1.5")
    now.replace("pyproject.toml", '"D203"]', '"D203", "D213"]')
    now.replace(".pre-commit-config.yaml", "v0.4.0", "v0.5.0")
    now.replace(".github/workflows/ci.yml", "timeout-minutes: 15", "timeout-minutes: 25")
    cache = "      - name: Cache\n        uses: actions/cache@v4\n      - name: Install\n"
    now.replace(".github/workflows/ci.yml", "      - name: Install\n", cache)
    now.replace(".github/workflows/release.yml", "make build", "make build check")
    now.replace("Makefile", "\t.venv/bin/pytest\n", "\t.venv/bin/pytest --quiet\n")
    now.append("README.md", "\n## Support\n\nAsk in the channel of the platform.\n")
    now.move(f"{SOURCE}/metrics.py", f"{SOURCE}/scores.py")
    now.replace(f"{SOURCE}/scores.py", "round(lift_scale, 4)", "round(lift_scale, 6)")
    now.move(f"{SOURCE}/helpers/", f"{SOURCE}/support/")
    now.replace(f"{SOURCE}/support/words.py", "title_scale, 3", "title_scale, 5")
    del now.files["docs/onboarding.md"], now.files["scripts/old_report.sh"]
    now.files["docs/security.md"] = "# Security\n\nReport a leak at once.\nThen rotate the keys.\n"
    now.files["docs/Über uns.md"] = "# Über uns\n\nWir sind das Team.\nFragen hilft.\n"
    now.files[f"{SOURCE}/registry.py"] = module("The registry.", "register", "fetch", "retire")
    now.files[f"{SOURCE}/pipelines/backfill.py"] = module("Fills gaps.", "gaps", "fill")
    now.files[".github/workflows/audit.yml"] = "name: Audit\non: workflow_dispatch\njobs: {}\n"
    now.files["local.mk"] = "LOCAL_JOBS := 2\n"
    now.files["reports/summary.md"] = "# Summary\n\nWritten every month.\n"
    now.files["plugins"] = "none yet\n"
    now.runnable.add("scripts/report.py")
    now.files["docs/images/logo.png"] = image(110)
    now.append(f"{SOURCE}/features.py", "\n\n" + function("tenure", 9))
    now.replace(f"{SOURCE}/data.py", "round(join_scale, 3)", "round(join_scale, 8)")
    now.replace(f"{SOURCE}/model.py", "predict_shift = value + 2", "predict_shift = value + 20")
    now.replace(f"{SOURCE}/pipelines/train.py", "judge_shift * 4", "judge_shift * 40")
    now.replace("docs/runbook.md", "Roll the model back.", "Roll the model back: make rollback.")
    now.replace("docs/Überblick.md", "Mehr im Handbuch.", "Mehr im neuen Handbuch.")
    now.replace("docs/how to.md", "Then take real data.", "Then take real data, monthly.")
    now.append("data/sample.csv", "d4,2024-03,1\r\n")
    now.replace("config/threshold.txt", "upper 0.9", "upper 0.95")
    now.files["VERSION.txt"] = "2.0.0"
    new = '"reason": {"type": "string"},\n    "month"'
    now.replace("config/schema.json", '"month"', new)
    now.replace("config/base.yaml", "workers: 4", "workers: 8")
    now.append(".gitignore", "*.tmp\n")
    now.replace("LICENSE", "Ask before you copy.", "Ask before you copy or quote.")
    now.replace("Dockerfile", "3.11-slim", "3.12-slim")
    now.append(".gitlab-ci.yml", "\naudit:\n  stage: test\n  script: [make check]\n")
    return [
        _text("params.yaml", "threshold: 0.6"),
        _text("pyproject.toml", "scikit-learn>=1.5"),
        _text("pyproject.toml", '"D213"'),
        _text(".pre-commit-config.yaml", "rev: v0.5.0"),
        _text(".github/workflows/ci.yml", "timeout-minutes: 25"),
        _text(".github/workflows/ci.yml", "actions/cache@v4"),
        _text(".github/workflows/release.yml", "make build check"),
        _text("Makefile", "pytest --quiet"),
        _text("README.md", "channel of the platform"),
        _text(f"{SOURCE}/scores.py", "round(lift_scale, 6)"),
        Absent((f"{SOURCE}/metrics.py",)),
        _text(f"{SOURCE}/support/words.py", "title_scale, 5"),
        _text(f"{SOURCE}/support/files.py", "read_shift"),
        Absent((f"{SOURCE}/helpers/times.py",)),
        Absent(("docs/onboarding.md",)),
        Absent(("scripts/old_report.sh",)),
        _text("docs/security.md", "rotate the keys"),
        _text("docs/Über uns.md", "Fragen hilft"),
        _text(f"{SOURCE}/registry.py", "retire_shift"),
        _text(f"{SOURCE}/pipelines/backfill.py", "gaps_shift"),
        _text(".github/workflows/audit.yml", "name: Audit"),
        Disk(("local.mk",), data=b"LOCAL_JOBS := 2\n"),
        _text("reports/summary.md", "every month"),
        _text("plugins", "none yet"),
        Kind(("scripts/report.py",), kind=RUNNABLE),
        Same(("docs/images/logo.png",), data=image(110)),
        _text(f"{SOURCE}/data.py", "join_scale, 8"),
        _text(f"{SOURCE}/model.py", "value + 20"),
        _text(f"{SOURCE}/pipelines/train.py", "judge_shift * 40"),
        _text("docs/runbook.md", "make rollback"),
        _text("docs/Überblick.md", "im neuen Handbuch"),
        _text("docs/how to.md", "data, monthly"),
        _text("data/sample.csv", "d4,2024-03,1"),
        _text("config/threshold.txt", "upper 0.95"),
        _text("VERSION.txt", "2.0.0"),
        _text("config/schema.json", '"reason"'),
        _text("config/base.yaml", "workers: 8"),
        _text(".gitignore", "*.tmp"),
        _text("LICENSE", "or quote"),
        _text("Dockerfile", "3.12-slim"),
        _text(".copier-answers.yml", "v2.0.0"),
    ]


def third(now: Version) -> list[Witness]:
    """Make the third version of the second; return what it brings."""
    now.replace("params.yaml", "threshold: 0.6", "threshold: 0.65")
    now.replace("pyproject.toml", "scikit-learn>=1.5", "scikit-learn>=1.6")
    now.replace(
        "pyproject.toml", '    "typer>=0.12",\n', '    "typer>=0.12",\n    "uvicorn>=0.30",\n'
    )
    now.replace("pyproject.toml", '"pytest>=8.2"]', '"pytest>=8.2", "ruff>=0.5"]')
    more = "      - id: end-of-file-fixer\n      - id: mixed-line-ending\n"
    now.replace(".pre-commit-config.yaml", "      - id: end-of-file-fixer\n", more)
    now.replace(".pre-commit-config.yaml", "v0.5.0", "v0.6.0")
    step = "\n      - name: Coverage\n        run: make coverage\n"
    now.append(".github/workflows/ci.yml", step.removeprefix("\n"))
    now.replace(".github/workflows/nightly.yml", "0 3 * * *", "30 4 * * *")
    now.append("Makefile", "\nclean:\n\trm -rf dist\n")
    now.replace("README.md", "every week", "every second week")
    utils = str(now.files.pop(f"{SOURCE}/utils.py")).split("\n\n\n")
    now.files[f"{SOURCE}/text_utils.py"] = "\n\n\n".join(utils[:6]) + "\n"
    now.files[f"{SOURCE}/date_utils.py"] = "\n\n\n".join([utils[0], *utils[6:]])
    now.files["docs/operations.md"] = "# Operations\n\nWho is on call.\nWhat to do first.\n"
    now.files["docs/Ärger.md"] = "# Ärger\n\nRuhe bewahren.\nDann melden.\n"
    now.files["archive/index.md"] = "# Archive\n\nOld models go here.\n"
    now.files["extras"] = "nothing yet\n"
    now.files["docs/images/icon.png"] = image(130)
    now.files["docs/images/logo.png"] = image(120)
    del now.files[".settings.local.toml"], now.files[".github/dependabot.yml"]
    now.append("tests/test_features.py", "\n\n" + function("test_visits", 9))
    now.move("notebooks/explore.py", "notebooks/exploration.py")
    now.move("scripts/check.sh", "tools/check.sh")
    now.replace("tools/check.sh", "echo good", "echo all good")
    now.links["docs/latest.md"] = "operations.md"
    now.move("docs/adr/", "docs/decisions/")
    now.replace("docs/decisions/0002-boost.md", "They are fast too.", "They are fast, too.")
    predict = f"{SOURCE}/pipelines/predict.py"
    now.files[predict] = _reformatted(str(now.files[predict]))
    now.append(f"{SOURCE}/model.py", "\n\n" + function("rank", 9))
    now.replace(f"{SOURCE}/data.py", "clean_shift * 3", "clean_shift * 30")
    now.replace(f"{SOURCE}/scores.py", "round(recall_scale, 2)", "round(recall_scale, 7)")
    now.replace('docs/"quoted".md', "It is legal.", "It is quite legal.")
    now.replace("docs/legacy.txt", "Keep this file.", "Keep this file, please.")
    now.files["VERSION.txt"] = "3.0.0"
    now.replace("config/schema.json", '["customer", "score"]', '["customer", "score", "month"]')
    now.replace("config/prod.yaml", "retries: 5", "retries: 6")
    now.files[f"{SOURCE}/pipelines/__init__.py"] = '"""What runs every week."""\n'
    now.replace(f"{SOURCE}/pipelines/train.py", "prepare_shift * 2", "prepare_shift * 20")
    now.replace("docs/model-card.md", "Weekly mails.", "Weekly mails only.")
    now.questions += 'contact: {type: str, help: "Whom to ask?", default: "#help-desk"}\n'
    now.files["docs/contact.md"] = "# Contact\n\nAsk in {{ contact }}.\n"
    now.jinja.add("docs/contact.md")
    return [
        _text("params.yaml", "threshold: 0.65"),
        _text("pyproject.toml", "scikit-learn>=1.6"),
        _text("pyproject.toml", '"uvicorn>=0.30"'),
        _text("pyproject.toml", '"ruff>=0.5"'),
        _text(".pre-commit-config.yaml", "id: mixed-line-ending"),
        _text(".pre-commit-config.yaml", "rev: v0.6.0"),
        _text(".github/workflows/ci.yml", "make coverage"),
        _text(".github/workflows/nightly.yml", "30 4 * * *"),
        _text("Makefile", "rm -rf dist"),
        _text("README.md", "every second week"),
        Absent((f"{SOURCE}/utils.py",)),
        _text(f"{SOURCE}/text_utils.py", "parse_shift"),
        _text(f"{SOURCE}/date_utils.py", "quarter_shift"),
        _text("docs/operations.md", "on call"),
        _text("docs/Ärger.md", "Ruhe bewahren"),
        _text("archive/index.md", "Old models"),
        _text("extras", "nothing yet"),
        Same(("docs/images/icon.png",), data=image(130)),
        Same(("docs/images/logo.png",), data=image(120)),
        Absent((".settings.local.toml",)),
        Absent((".github/dependabot.yml",)),
        Absent(("scripts/check.sh",)),
        _text("tools/check.sh", "echo all good"),
        Kind(("tools/check.sh",), kind=RUNNABLE),
        Same(("docs/latest.md",), data=b"operations.md", kind="link"),
        Absent(("docs/adr/0001-record.md",)),
        _text("docs/decisions/0002-boost.md", "fast, too"),
        _text("docs/decisions/0003-weekly.md", "Training is cheap"),
        _text(predict, "ndigits=2"),
        _text(f"{SOURCE}/model.py", "rank_shift"),
        _text(f"{SOURCE}/data.py", "clean_shift * 30"),
        _text(f"{SOURCE}/scores.py", "recall_scale, 7"),
        _text('docs/"quoted".md', "quite legal"),
        _text("docs/legacy.txt", "please"),
        _text("VERSION.txt", "3.0.0"),
        _text("config/schema.json", '"score", "month"]'),
        _text("config/prod.yaml", "retries: 6"),
        _text(f"{SOURCE}/pipelines/__init__.py", "every week"),
        _text(f"{SOURCE}/pipelines/train.py", "prepare_shift * 20"),
        _text("docs/model-card.md", "mails only"),
        _text("docs/contact.md", "#help-desk"),
        _text(".copier-answers.yml", "v3.0.0"),
        _text(".copier-answers.yml", "contact:"),
    ]


def _text(path: str, text: str) -> Text:
    return Text((path,), text=text)


def _reformatted(source: str) -> str:
    """Return the source as another formatter would write its last lines."""
    lines = []
    for line in source.splitlines():
        inside = line.strip().removeprefix("return round(").removesuffix(")")
        if line.strip().startswith("return round("):
            value, digits = inside.split(", ")
            lines += [
                "    return round(",
                f"        {value},",
                f"        ndigits={digits},",
                "    )",
            ]
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


TAGS = ("v1.0.0", "v2.0.0", "v3.0.0")
STEPS = (("v1.0.0", "v2.0.0"), ("v2.0.0", "v3.0.0"), ("v1.0.0", "v3.0.0"))
_CHANGES: dict[str, Callable[[Version], list[Witness]]] = {"v2.0.0": second, "v3.0.0": third}


def build(root: Path) -> dict[str, list[Witness]]:
    """Make the template's repo in `root`, a tag each version; return what each brings."""
    now, brings = Version(), {}
    root.mkdir(parents=True)
    git(root, "init", "--quiet", "--initial-branch", "main")
    for tag in TAGS:
        if tag in _CHANGES:
            now = deepcopy(now)
            brings[tag] = _CHANGES[tag](now)
            git(root, "rm", "--quiet", "-r", ".")
        now.write(root)
        git(root, "add", "--all", "--force")
        git(root, "commit", "--quiet", "--message", f"Release {tag}")
        git(root, "tag", tag)
    return brings
