"""Edits of what is not text: bytes, modes, links, submodules, and files that git does not see."""

import os
import subprocess

from tests.repos import git
from tests.tool.update.corpus.files import image
from tests.tool.update.corpus.kinds import ANY, Work, kind
from tests.tool.update.corpus.version import SOURCE
from tests.tool.update.oracle import LINK, PLAIN, RUNNABLE, SUBMODULE, Kind, Witness


@kind("replaces an image that no version touches")
def image_replaced(work: Work) -> None:
    work.write("docs/images/flow.png", image(200))
    work.bytes_stay(image(200), "docs/images/flow.png")


@kind("replaces an image that the template replaces too", conflict=ANY)
def image_of_both(work: Work) -> None:
    work.write("docs/images/logo.png", image(201))
    work.bytes_stay(image(201), "docs/images/logo.png")


@kind("replaces an image by the one that the template brings")
def image_equal(work: Work) -> None:
    new = image(110 if work.step == "12" else 120)
    work.write("docs/images/logo.png", new)
    work.bytes_stay(new, "docs/images/logo.png")


@kind("renames an image that the template replaces")
def image_renamed(work: Work) -> None:
    work.move("docs/images/flow.png", "docs/images/stream.png")
    work.bytes_stay(image(20), "docs/images/stream.png")


@kind("adds bytes that are not text")
def bytes_added(work: Work) -> None:
    data = bytes(range(256)) * 16
    work.write("mine/weights.bin", data)
    work.bytes_stay(data, "mine/weights.bin")


@kind("deletes an image that the template replaces")
def image_deleted(work: Work) -> None:
    work.delete("docs/images/logo.png")


@kind("makes a file executable that the template edits")
def made_executable(work: Work) -> None:
    path = f"{SOURCE}/pipelines/train.py"
    (work.root / path).chmod(0o755)
    _mode_stays(work, path, RUNNABLE)


@kind("takes the executable bit from a script")
def made_plain(work: Work) -> None:
    (work.root / "scripts/bootstrap.sh").chmod(0o644)
    _mode_stays(work, "scripts/bootstrap.sh", PLAIN)


@kind("takes the executable bit from a script that the template moves")
def made_plain_and_moved(work: Work) -> None:
    (work.root / "scripts/check.sh").chmod(0o644)
    path = "scripts/check.sh" if work.step == "12" else "tools/check.sh"
    work.decided.append("tools/check.sh")
    _mode_stays(work, path, PLAIN)


@kind("makes a script executable, as the template does")
def mode_of_both(work: Work) -> None:
    (work.root / "scripts/report.py").chmod(0o755)
    _mode_stays(work, "scripts/report.py", RUNNABLE)


@kind("edits a script that the template makes executable")
def edited_under_a_mode(work: Work) -> None:
    work.edit("scripts/report.py", r"round\(tell_scale, 2\)", "round(tell_scale, 22)")
    work.text_stays("round(tell_scale, 22)", "scripts/report.py")


def _mode_stays(work: Work, path: str, mode: str) -> None:
    work.mine.append(Kind((path,), kind=mode))


@kind("adds links, one of them to nowhere")
def links_added(work: Work) -> None:
    for path, goal in (("mine.md", "README.md"), ("docs/nowhere.md", "../none/at all.md")):
        (work.root / path).symlink_to(goal)
        work.bytes_stay(goal.encode(), path, kind=LINK)


@kind("points a link somewhere else")
def link_retargeted(work: Work) -> None:
    _link(work, "config/current.yaml", "prod.yaml")


@kind("points a link somewhere else, and so does the template", conflict=("23", "13"))
def link_of_both(work: Work) -> None:
    _link(work, "docs/latest.md", "how to.md")


@kind("puts a file in the place of a link", conflict=("23", "13"))
def file_for_link(work: Work) -> None:
    (work.root / "docs/latest.md").unlink()
    work.write("docs/latest.md", "mine: no link any more\n")
    work.bytes_stay(b"mine: no link any more\n", "docs/latest.md")


@kind("puts a link in the place of a file that the template edits", conflict=ANY)
def link_for_file(work: Work) -> None:
    path = "config/base.yaml" if work.first else "config/prod.yaml"
    (work.root / path).unlink()
    (work.root / path).symlink_to("threshold.txt")
    work.bytes_stay(b"threshold.txt", path, kind=LINK)


def _link(work: Work, path: str, goal: str) -> None:
    (work.root / path).unlink()
    (work.root / path).symlink_to(goal)
    work.bytes_stay(goal.encode(), path, kind=LINK)


@kind("has an ignored file where the template starts to ship one")
def ignored_then_shipped(work: Work) -> None:
    work.write("local.mk", "MINE := 1\n")
    work.disk_stays("local.mk")


@kind("keeps to themselves, ignored, a file that the template stops shipping")
def ignored_then_dropped(work: Work) -> None:
    work.git("rm", "--quiet", "--cached", ".settings.local.toml")
    work.edit(".gitignore", "^local.mk$", "local.mk\n.settings.local.toml")
    work.write(".settings.local.toml", "[local]\nmine = true\n")
    work.disk_stays(".settings.local.toml")


@kind("keeps to themselves, ignored, a file that the template edits")
def ignored_and_edited(work: Work) -> None:
    work.git("rm", "--quiet", "--cached", "config/base.yaml", "config/prod.yaml")
    work.edit(".gitignore", "^local.mk$", "local.mk\nconfig/*.yaml")
    for path in ("config/base.yaml", "config/prod.yaml"):
        work.write(path, "mine: true\n")
        work.disk_stays(path)
        work.gone.append(path)


@kind("has ignored files in folders that the template renames and deletes from")
def ignored_around(work: Work) -> None:
    for path in (f"{SOURCE}/helpers/mine.log", "docs/adr/mine.log", "scripts/mine.log", ".env"):
        work.write(path, "mine, not in git\n")
        work.disk_stays(path)
    work.write(".venv/lib/mine.py", "MINE = 1\n")
    work.disk_stays(".venv/lib/mine.py")


@kind("adds a submodule")
def submodule(work: Work) -> None:
    _nested(work, "vendor/lib")
    work.mine.append(Kind(("vendor/lib",), kind=SUBMODULE))
    work.disk_stays("vendor/lib/lib.py")


@kind("adds a submodule beside files that the template edits")
def submodule_beside(work: Work) -> None:
    _nested(work, f"{SOURCE}/pipelines/shared")
    work.mine.append(Kind((f"{SOURCE}/pipelines/shared",), kind=SUBMODULE))
    work.disk_stays(f"{SOURCE}/pipelines/shared/lib.py")


@kind("has a submodule where the template adds a folder", conflict=ANY)
def submodule_for_folder(work: Work) -> None:
    path = "reports" if work.first else "archive"
    _nested(work, path)
    expected: Witness = Kind((path,), kind=SUBMODULE)
    work.mine.append(expected)
    work.disk_stays(f"{path}/lib.py")


def _nested(work: Work, path: str) -> None:
    root = work.root / path
    work.write(f"{path}/lib.py", "LIB = 1\n")
    git(root, "init", "--quiet", "--initial-branch", "main")
    git(root, "add", "--all")
    # The same commit in every run, or no two trees with it would be equal.
    day = {"GIT_AUTHOR_DATE": "2024-05-01T12:00:00Z", "GIT_COMMITTER_DATE": "2024-05-01T12:00:00Z"}
    somebody = ["-c", "user.name=Test", "-c", "user.email=test@example.com"]
    command = ["git", *somebody, "commit", "--quiet", "--message", "A library"]
    subprocess.run(command, cwd=root, check=True, env={**os.environ, **day})
    text = f'[submodule "{path}"]\n\tpath = {path}\n\turl = https://example.com/lib.git\n'
    work.write(".gitmodules", text)
