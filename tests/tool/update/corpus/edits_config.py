"""Edits of configuration: dependencies, hooks, workflows, and the answers themselves."""

import os
from pathlib import Path

from tests.tool.update.corpus.kinds import ANY, Work, kind
from tests.tool.update.corpus.version import SOURCE

CI, HOOKS = ".github/workflows/ci.yml", ".pre-commit-config.yaml"
ANSWERS = ".copier-answers.yml"


@kind("adds a dependency at the end, where the template adds one too")
def dependency_at_end(work: Work) -> None:
    work.edit("pyproject.toml", r'^    "typer>=0\.12",$', r'\g<0>\n    "zulu-mine>=1",')
    work.text_stays('    "zulu-mine>=1",\n', "pyproject.toml")


@kind("adds a dependency at the start")
def dependency_at_start(work: Work) -> None:
    work.edit("pyproject.toml", "^dependencies = .$", r'\g<0>\n    "alpha-mine>=1",')
    work.text_stays('    "alpha-mine>=1",\n', "pyproject.toml")


@kind("adds a dependency next to a pin that the template raises")
def dependency_next_to_pin(work: Work) -> None:
    work.edit("pyproject.toml", '^    "scikit-learn', '    "query-mine>=1",\n    "scikit-learn')
    work.text_stays('"query-mine>=1"', "pyproject.toml")


@kind("removes a dependency next to a pin that the template raises")
def dependency_removed(work: Work) -> None:
    work.edit("pyproject.toml", r'^    "pyarrow>=16",\n', "")
    work.text_is_gone("pyarrow", "pyproject.toml")


@kind("raises a pin to what the template raises it to")
def pin_equal(work: Work) -> None:
    new = "scikit-learn>=1.5" if work.step == "12" else "scikit-learn>=1.6"
    work.edit("pyproject.toml", r"scikit-learn>=1\.\d", new)
    work.text_stays(new, "pyproject.toml")


@kind("adds to a list on one line, to which the template adds too")
def list_on_one_line(work: Work) -> None:
    work.edit("pyproject.toml", r"^(ignore = .*)\]$", r'\1, "E501"]')
    work.edit("pyproject.toml", r"^(dev = .*)\]$", r'\1, "hypothesis>=6"]')
    work.text_stays('"E501"', "pyproject.toml")
    work.text_stays('"hypothesis>=6"', "pyproject.toml")


@kind("adds a table and a key to pyproject.toml")
def toml_table(work: Work) -> None:
    work.append("pyproject.toml", "\n[tool.mine]\nlevel = 3\n")
    work.edit("pyproject.toml", "^strict = true$", "strict = true\nwarn_return_any = true")
    work.text_stays("[tool.mine]\nlevel = 3\n", "pyproject.toml")
    work.text_stays("warn_return_any = true", "pyproject.toml")


@kind("adds a hook after those of the template")
def hook_at_end(work: Work) -> None:
    more = "  - repo: local\n    hooks:\n      - id: mine-last\n        language: system\n"
    work.append(HOOKS, more)
    work.text_stays("      - id: mine-last\n", HOOKS)


@kind("adds a hook in the list to whose end the template adds one", conflict=("23", "13"))
def hook_same_place(work: Work) -> None:
    work.edit(HOOKS, "^      - id: end-of-file-fixer$", r"\g<0>\n      - id: mine-hook")
    work.text_stays("- id: mine-hook", HOOKS)


@kind("removes a hook that no version touches")
def hook_removed(work: Work) -> None:
    work.edit(HOOKS, r"^      - id: ruff-format\n", "")
    work.text_is_gone("id: ruff-format", HOOKS)


@kind("adds a step to a workflow")
def step_in_middle(work: Work) -> None:
    work.edit(CI, "^      - name: Test$", "      - name: Mine\n        run: make mine\n\\g<0>")
    work.text_stays("run: make mine", CI)
    work.order_stays(["run: make check", "run: make mine", "run: make test"], CI)


@kind("adds a step to a workflow where the template adds one", conflict=ANY)
def step_same_place(work: Work) -> None:
    work.edit(CI, "^      - name: Install$", "      - name: Mine\n        run: make mine\n\\g<0>")
    work.append(CI, "      - name: Last\n        run: make last\n")
    work.text_stays("run: make mine", CI)
    work.text_stays("run: make last", CI)


@kind("adds a job to a workflow")
def job_added(work: Work) -> None:
    work.append(CI, "\n  mine:\n    runs-on: self-hosted\n    steps:\n      - run: make mine\n")
    work.text_stays("runs-on: self-hosted", CI)


@kind("adds to the matrix of a workflow")
def matrix(work: Work) -> None:
    work.edit(CI, r'\["3.11", "3.12"\]', '["3.11", "3.12", "3.13"]')
    work.text_stays('["3.11", "3.12", "3.13"]', CI)


@kind("sets a key beside the one that the template changes")
def key_beside(work: Work) -> None:
    work.edit(CI, "^    runs-on: ubuntu-latest$", "    runs-on: mine-large")
    work.text_stays("runs-on: mine-large", CI)


@kind("adds a workflow of their own")
def workflow_added(work: Work) -> None:
    work.write(".github/workflows/mine.yml", "name: Mine\non: push\njobs: {}\n")
    work.bytes_stay(b"name: Mine\non: push\njobs: {}\n", ".github/workflows/mine.yml")


@kind("adds a key to a JSON file to which the template adds one")
def json_key(work: Work) -> None:
    pattern = '^    "customer": .*$'
    work.edit("config/schema.json", pattern, r'\g<0>\n    "mine": {"type": "integer"},')
    work.text_stays('"mine": {"type": "integer"}', "config/schema.json")


@kind("adds a key to a JSON file just where the template adds one")
def json_key_same_place(work: Work) -> None:
    pattern = '^    "month": '
    work.edit("config/schema.json", pattern, '    "mine": {"type": "integer"},\n\\g<0>')
    work.text_stays('"mine": {"type": "integer"}', "config/schema.json")


@kind("changes a value of YAML beside one that the template changes")
def yaml_value_beside(work: Work) -> None:
    work.edit("config/base.yaml", "^region: north$", "region: mine-south")
    work.edit("config/prod.yaml", "^workers: 16$", "workers: 1616")
    work.text_stays("region: mine-south", "config/base.yaml")
    work.text_stays("workers: 1616", "config/prod.yaml")


@kind("adds a key to the parameters, below the one that the template changes")
def parameter_added(work: Work) -> None:
    work.edit("params.yaml", "^  tolerance: ", "  mine: 0.33\n  tolerance: ")
    work.text_stays("  mine: 0.33\n", "params.yaml")


@kind("removes a section of the parameters in which the template changes a value")
def section_removed(work: Work) -> None:
    work.edit("params.yaml", r"^gate:\n  .*\n  .*\n\n", "")
    work.text_is_gone("threshold", "params.yaml")


@kind("has edited a workflow, and switches the provider", conflict=ANY, data={"ci": "gitlab"})
def provider_switch_edited(work: Work) -> None:
    work.edit(CI, "^  contents: read$", "  contents: read\n  packages: write")
    work.text_stays("packages: write", CI, ".gitlab-ci.yml")


@kind("has a workflow of their own, and switches the provider", data={"ci": "gitlab"})
def provider_switch_own(work: Work) -> None:
    workflow_added(work)


@kind("switches the provider", data={"ci": "gitlab"})
def provider_switch(work: Work) -> None:
    work.bytes_stay(work.read("config/prod.yaml"), "config/prod.yaml") if work.step == "12" else 0


@kind("has edited the Dockerfile, and wants none", conflict=ANY, data={"docker": False})
def docker_off(work: Work) -> None:
    work.edit("Dockerfile", "^RUN pip install .$", "RUN pip install . mine-lib")
    work.text_stays("mine-lib", "Dockerfile")


@kind("changes an answer by an update", data={"owner": "Growth team"})
def answer_changed(work: Work) -> None:
    work.edit("README.md", "^Say what you change", "mine: say it\n\nSay what you change")
    work.text_stays("mine: say it", "README.md")
    work.text_stays("owner: Growth team", ANSWERS)
    work.text_stays("Growth team answers for this repo", "README.md")


@kind("changes an answer in the answers file by hand")
def answer_by_hand(work: Work) -> None:
    work.edit(ANSWERS, "^owner: Pricing team$", "owner: Night team")
    work.text_stays("owner: Night team", ANSWERS)


@kind("changes an answer by hand, and the files that show it")
def answer_by_hand_everywhere(work: Work) -> None:
    for path in (ANSWERS, "README.md", "LICENSE"):
        work.write(path, work.text(path).replace("Pricing team", "Night team"))
        work.text_stays("Night team", path)


@kind("puts the answers in another order, in quotes, with a comment")
def answers_reordered(work: Work) -> None:
    head, *lines = work.text(ANSWERS).splitlines(keepends=True)
    text = head + "# mine: ask Kim\n" + "".join(reversed(lines))
    work.write(ANSWERS, text.replace("owner: Pricing team", 'owner: "Pricing team"'))
    work.text_stays_or_is_named("# mine: ask Kim", ANSWERS)


@kind("keeps the address of the template relative to the repo")
def relative_source(work: Work) -> None:
    source = _source(work)
    relative = os.path.relpath(source, work.root)
    work.write(ANSWERS, work.text(ANSWERS).replace(str(source), relative))
    work.edit("config/base.yaml", "^level: info$", "level: mine")
    work.text_stays("level: mine", "config/base.yaml")


@kind("has moved to a fork of the template")
def fork(work: Work) -> None:
    source = str(_source(work))
    work.write(ANSWERS, work.text(ANSWERS).replace(source, f"{source}-fork"))
    work.text_stays(f"{source}-fork", ANSWERS)


def _source(work: Work) -> Path:
    lines = work.text(ANSWERS).splitlines()
    return Path(next(line for line in lines if line.startswith("_src_path:")).split(": ")[1])


@kind("keeps the project in a folder of a larger repo", folder="services/churn")
def monorepo(work: Work) -> None:
    work.edit("config/base.yaml", "^level: info$", "level: mine")
    work.append(f"{SOURCE}/data.py", "\n\nMINE = 3\n")
    work.text_stays("level: mine", "config/base.yaml")
    work.text_stays("MINE = 3", f"{SOURCE}/data.py")
    work.disk_stays("../../README.md")
    work.disk_stays("../other/params.yaml")


@kind("renames a file in a folder of a larger repo", folder="services/churn")
def monorepo_rename(work: Work) -> None:
    work.move(f"{SOURCE}/data.py", f"{SOURCE}/loading.py")
    work.append(f"{SOURCE}/loading.py", "\n\nMINE = 4\n")
    work.text_stays("MINE = 4", f"{SOURCE}/loading.py")
    work.disk_stays("../other/params.yaml")
