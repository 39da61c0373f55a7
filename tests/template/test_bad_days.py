"""Bad days: each ends in one message with the hint, a code of its own, and nothing changed."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Render
from tests.repos import Repo, git, machine
from tests.template.lives import free_port, hold, path_without, refused, start
from tests.template.long_runs import LONG, one_of_each

FETCH = """

def fetch(snapshot, destination, params):  # type: ignore
    import pandas as pd

    with ZipFile(params["source"]) as source:
        content = source.read(f"{{snapshot}}.parquet")
    {spoil}
"""

TRUNCATED = "destination.write_bytes(content[: len(content) // 2])"
GARBLED = "destination.write_bytes(content[:4000] + bytes(30000) + content[34000:])"
NOTHING = "pass"
RENAMED = """destination.write_bytes(content)
    frame = pd.read_parquet(destination).rename(columns={"origin": "airport"})
    frame["distance"] = frame["distance"].astype("string")
    frame.to_parquet(destination)"""


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def spoil_fetch(repo: Repo, body: str) -> None:
    with (repo.package / "data.py").open("a") as file:
        file.write(FETCH.format(spoil=body))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    one_of_each(
        [
            ("seed:", "sede:", "sede: no such setting; did you mean seed?"),
            (
                "tolerance:",
                "tolerence:",
                "gate.tolerence: no such setting; did you mean tolerance?",
            ),
            (
                "holdout_snapshots: 1",
                "holdout_snapshots: two",
                "split.holdout_snapshots: Input should be",
            ),
            ("holdout_snapshots: 1", "holdout_snapshots: [", "params.yaml is not YAML"),
            ("seed: 2013", "seed: -1", "seed: Input should be greater than or equal to 0"),
        ],
    ),
    ids=["unknown", "unknown inside", "type", "not YAML", "range"],
)
def test_wrong_settings_are_named(day: Repo, old: str, new: str, says: str) -> None:
    edit(day.root / "params.yaml", old, new)
    refused(day, "lineage", code=5, says=says, hint=f"edit {day.root / 'params.yaml'}")


@pytest.mark.parametrize(
    ("old", "new", "says", "hint"),
    [
        (
            "floors:\n    roc",
            "floors:\n    rock",
            "metrics that metrics.py lacks: rock_auc",
            "use one of roc_auc",
        ),
        (
            "origin:",
            "airport:",
            "gate.slices names what no column is: airport",
            "use a column of the contract",
        ),
    ],
    ids=["metric", "slice"],
)
def test_a_gate_on_what_does_not_exist_is_refused_before_the_fit(
    day: Repo, old: str, new: str, says: str, hint: str
) -> None:
    edit(day.root / "params.yaml", old, new)
    done = refused(day, "train", "--direct", code=5, says=says, hint=hint)
    assert "fit on" not in done.stderr


def test_a_broken_pyproject_is_named(day: Repo) -> None:
    script = day.root / ".venv" / "bin" / day.name
    edit(day.root / "pyproject.toml", "[project]", "[project")
    done = day.run(script, "lineage", code=5)
    assert "pyproject.toml does not give the project's name" in done.stderr
    assert "hint: edit" in done.stderr


def test_an_error_is_json_where_a_script_reads(day: Repo) -> None:
    found = day.json("lineage", "99", code=5)
    assert found["error"] == "flight-delays has no version 99"
    assert found["exit_code"] == 5
    assert "lineage" in found["hint"]


@pytest.mark.parametrize(
    "verb", one_of_each([(("lineage", "99"),), (("promote", "99"),), (("reproduce", "99"),)])
)
def test_a_version_that_does_not_exist_is_named(day: Repo, verb: tuple[str, ...]) -> None:
    refused(day, *verb, code=5, says="has no version 99", hint="lineage")


def test_no_champion_no_predictions(day: Repo, tmp_path: Path) -> None:
    # A store of its own: nothing was ever registered there.
    done = refused(
        day, "predict", code=5, says="has no version champion", hint="promote", STORE=str(tmp_path)
    )
    assert not done.stdout
    assert not (day.root / "predictions").exists()


def test_outside_a_repo_it_says_so(day: Repo, tmp_path: Path) -> None:
    script = day.root / ".venv" / "bin" / day.name
    done = subprocess.run(
        [script, "train"], cwd=tmp_path, env=day.env, capture_output=True, text=True
    )
    assert done.returncode == 5
    assert f"{tmp_path} is not inside a model repo" in done.stderr
    assert "hint: cd into the repo" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("verb", [("ingest",), ("train", "--direct")])
def test_without_a_commit_nothing_is_landed_or_trained(day: Repo, verb: tuple[str, ...]) -> None:
    (day.root / ".git").rename(day.root.parent / "git-aside")
    try:
        git(day.root, "init", "--quiet")
        done = day.verb(*verb, code=5)
        assert "this repo has no commit yet" in done.stderr
        assert "hint: git add --all && git commit" in done.stderr
        assert len(list((day.root / "data" / "raw").iterdir())) == 4
    finally:
        subprocess.run(["rm", "-r", day.root / ".git"], check=True)
        (day.root.parent / "git-aside").rename(day.root / ".git")


@pytest.mark.parametrize(
    "verb",
    one_of_each([(("train", "--direct"),), (("predict",),), (("lineage",),), (("ingest",),)]),
)
@pytest.mark.parametrize("store", ["below a file", "not ours"])
def test_a_store_that_cannot_be_written_is_named(
    day: Repo, tmp_path: Path, verb: tuple[str, ...], store: str
) -> None:
    (tmp_path / "file").touch()
    # Nobody, root included, creates files in /sys.
    place = tmp_path / "file" / "store" if store == "below a file" else Path("/sys")
    refused(day, *verb, code=5, says="cannot use the store", hint="set STORE", STORE=str(place))
    doctor = day.verb("doctor", code=5, STORE=str(place))
    assert "✗ store" in doctor.stdout


@LONG
def test_a_snapshot_that_was_changed_is_refused(day: Repo) -> None:
    path = day.root / "data" / "raw" / "2013-02.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    for verb in (("train", "--direct"), ("predict",)):
        refused(
            day,
            *verb,
            code=4,
            says="data/raw/2013-02.parquet was changed after it landed",
            hint="rm data/raw/2013-02.parquet",
        )
    day.run(".venv/bin/dvc", "checkout", "--force", "data/raw/2013-02.parquet.dvc")
    day.verb("predict")


@pytest.mark.parametrize(
    "content", one_of_each(["outs: []", "<<<<<<< HEAD\nouts:\n- md5: x\n", "\0"])
)
def test_a_corrupt_pointer_is_named(day: Repo, content: str) -> None:
    pointer = day.root / "data" / "raw" / "2013-02.parquet.dvc"
    pointer.write_text(content)
    hint = f"git checkout -- {pointer}"
    refused(day, "predict", code=5, says=f"{pointer} is not a DVC pointer", hint=hint)


@pytest.mark.parametrize(
    "body", one_of_each([TRUNCATED, GARBLED, NOTHING]), ids=["half", "garbled", "nothing"]
)
def test_a_half_written_snapshot_does_not_land(day: Repo, body: str) -> None:
    spoil_fetch(day, body)
    refused(day, "ingest", code=4, says="is not a whole parquet file", hint="look at fetch")


def test_a_snapshot_of_another_schema_does_not_land(day: Repo) -> None:
    spoil_fetch(day, RENAMED)
    done = refused(
        day,
        *("ingest", "--until", "2013-03"),
        code=4,
        says="the contract is broken by 2013-03",
        hint="correct the source",
    )
    rows = [[cell.strip() for cell in line.split("│")] for line in done.stderr.splitlines()]
    assert {row[1] for row in rows if row[0] == "2013-03"} == {"origin", "airport", "distance"}


def test_a_source_that_does_not_answer_is_named(day: Repo) -> None:
    spoil_fetch(day, "raise ConnectionResetError('the warehouse hung up')")
    says = "the source does not give 2013-03: ConnectionResetError: the warehouse hung up"
    refused(day, "ingest", code=6, says=says, hint="check `data` in params.yaml")


VERBS = [
    ("train", "--direct"),
    ("train",),
    ("promote",),
    ("rollback",),
    ("predict",),
    ("lineage",),
    ("reproduce",),
]


@pytest.mark.parametrize("verb", one_of_each([(verb,) for verb in VERBS]), ids=" ".join)
def test_a_tracking_server_that_is_not_there_is_named_at_once(
    day: Repo, verb: tuple[str, ...]
) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    says = f"no MLflow server answers at {url}"
    hint = "check MLFLOW_TRACKING_URI"
    done = refused(day, *verb, code=6, says=says, hint=hint, MLFLOW_TRACKING_URI=url)
    # Before any work, which may take hours.
    assert "…" not in done.stderr


def test_the_doctor_names_a_server_and_a_remote_that_are_not_there(
    day: Repo, tmp_path: Path
) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    disk = tmp_path / "not mounted"
    day.run(".venv/bin/dvc", "remote", "add", "--default", "team", disk)
    found = day.json("doctor", code=5, MLFLOW_TRACKING_URI=url)
    broken = {finding["about"]: finding for finding in found if finding["state"] == "broken"}
    assert set(broken) == {"data remote", "registry"}
    assert f"{disk} is not there" in broken["data remote"]["message"]
    assert url in broken["registry"]["message"]
    assert all(finding["hint"] for finding in broken.values())


@pytest.mark.parametrize("place", one_of_each(["absolute", "relative"]))
def test_a_remote_that_is_not_mounted_is_not_created(day: Repo, tmp_path: Path, place: str) -> None:
    disk = tmp_path / "mount" / "data"
    url = str(disk) if place == "absolute" else os.path.relpath(disk, day.root)
    day.run(".venv/bin/dvc", "remote", "add", "--default", "team", url)
    says = "is not there"
    refused(day, "ingest", "--until", "2013-03", code=6, says=says, hint="mount it")
    assert not disk.parent.exists()


def test_a_broken_dvc_config_is_named(day: Repo) -> None:
    (day.root / ".dvc" / "config").write_text("remote = team\n")
    hint = "edit .dvc/config"
    refused(day, "ingest", code=5, says=".dvc/config cannot be read", hint=hint)


def test_a_value_that_mlflow_refuses_is_not_blamed_on_the_server(day: Repo) -> None:
    with (day.root / "params.yaml").open("a") as file:
        file.write("  what?: 1\n")
    hint = "change what it names"
    done = refused(day, "train", "--direct", code=5, says="model.what?", hint=hint)
    assert "credentials" not in done.stderr


def test_two_first_looks_at_once_do_not_break_the_new_store(day: Repo, tmp_path: Path) -> None:
    looks = [start(day, "lineage", "--all", STORE=str(tmp_path / "new")) for _ in range(2)]
    told = [look.communicate() for look in looks]
    assert [look.returncode for look in looks] == [0, 0], told
    assert all("no version yet" in out for out, _ in told)


@LONG
def test_the_second_of_two_trainings_says_that_the_first_is_at_work(
    day: Repo,
) -> None:
    held = hold(day, "model", "fit")
    first = start(day, "train", "--direct")
    try:
        held.wait_for(first)
        for verb in (("ingest",), ("promote",), ("train",)):
            says = f"train (process {first.pid}) is writing to {day.store}"
            refused(day, *verb, code=7, says=says, hint="wait until it has ended")
        # Who only reads need not wait.
        assert day.json("lineage")["version"] == "1"
        held.go_on()
        out, error = first.communicate()
        assert first.returncode == 0, error
        assert "version 2 passed the gate" in out
    finally:
        first.kill()
        first.communicate()


def old_pythons() -> list[Path]:
    """Return the interpreters of this machine that are older than what the template supports."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    hosted = Path(os.environ.get("RUNNER_TOOL_CACHE") or "/opt/hostedtoolcache", "Python")
    folders = [*pyenv.glob("3.*/bin"), *hosted.glob("3.*/*/bin"), Path("/usr/bin")]
    found = [folder / f"python3.{minor}" for minor in (10, 9, 8) for folder in folders]
    return [path for path in found if path.exists()]


@pytest.mark.parametrize("python", old_pythons()[:1], ids=lambda path: path.name)
def test_a_python_that_is_too_old_is_named_and_none_is_downloaded(
    python: Path, render: Render, tmp_path: Path
) -> None:
    root = render(tmp_path / "repo")
    path = path_without(tmp_path / "bin", r"(python|pypy|pip).*|uvx?")
    Path(path, "python3").symlink_to(python)
    repo = Repo(root, {**machine(tmp_path / "home"), "PATH": path})
    del repo.env["UV_PYTHON_DOWNLOADS"]
    done = repo.run("make", "setup", code=2)
    version = python.name.removeprefix("python")
    assert "This project needs Python >=3.11,<3.14; here is Python " + version in done.stderr
    assert "hint: .uv/bin/uv python install 3.12" in done.stderr
    assert not (root / ".venv").exists()
    assert not list(tmp_path.glob("home/.local/share/uv/python/*"))


def test_a_machine_without_python_is_told(render: Render, tmp_path: Path) -> None:
    root = render(tmp_path / "repo")
    path = path_without(tmp_path / "bin", r"(python|pypy|pip).*|uvx?")
    repo = Repo(root, {**machine(tmp_path / "home"), "PATH": path})
    done = repo.run("make", "setup", code=2)
    assert "This project needs Python >=3.11,<3.14; here is none" in done.stderr
    assert "hint:" in done.stderr
