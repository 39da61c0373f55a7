"""Edits of names: files and folders renamed, moved, added and taken away, by either side."""

from tests.tool.update.corpus.files import function, module
from tests.tool.update.corpus.kinds import ANY, Work, kind
from tests.tool.update.corpus.second import second
from tests.tool.update.corpus.third import third
from tests.tool.update.corpus.version import SOURCE, Version

DATA, MODEL, UTILS = f"{SOURCE}/data.py", f"{SOURCE}/model.py", f"{SOURCE}/utils.py"
OLD_HELP, NEW_HELP = f"{SOURCE}/helpers", f"{SOURCE}/support"


@kind("renames a file that the template edits")
def renamed(work: Work) -> None:
    work.move(MODEL, f"{SOURCE}/estimator.py")
    work.text_stays("explain_shift", f"{SOURCE}/estimator.py")


@kind("renames a file that the template edits, and edits it")
def renamed_and_edited(work: Work) -> None:
    work.move(DATA, f"{SOURCE}/loading.py")
    work.edit(f"{SOURCE}/loading.py", r"round\(load_scale, 1\)", "round(load_scale, 11)")
    work.text_stays("round(load_scale, 11)", f"{SOURCE}/loading.py")


@kind("moves a module into a folder of their own")
def moved(work: Work) -> None:
    work.move(DATA, f"{SOURCE}/io/data.py")
    work.write(f"{SOURCE}/io/__init__.py", "# mine\n")
    work.text_stays("save_shift", f"{SOURCE}/io/data.py")
    work.text_stays("# mine", f"{SOURCE}/io/__init__.py")


@kind("renames a folder in which the template edits and adds files")
def folder_renamed(work: Work) -> None:
    work.move(f"{SOURCE}/pipelines/", f"{SOURCE}/flows/")
    work.text_stays("drift_shift", f"{SOURCE}/flows/monitor.py")


@kind("splits a file that the template edits", conflict=("12", "13"))
def split(work: Work) -> None:
    head, *parts = work.text(DATA).rstrip("\n").split("\n\n\n")
    work.write(DATA, "\n\n\n".join([head, *parts[:2]]) + "\n")
    work.write(f"{SOURCE}/joining.py", "\n\n\n".join([head, *parts[2:]]) + "\n")
    work.text_stays("save_shift", f"{SOURCE}/joining.py")
    work.text_stays("load_shift", DATA)


@kind("deletes a file that the template edits")
def deleted(work: Work) -> None:
    work.delete(MODEL)
    work.text_is_gone("explain_shift", MODEL)


@kind("deletes files that no version touches")
def deleted_untouched(work: Work) -> None:
    work.delete("tests/conftest.py")
    work.delete("docs/images/flow.png")
    work.text_is_gone("tiny_model", "tests/conftest.py")


@kind("deletes a folder, to which the template adds")
def folder_deleted(work: Work) -> None:
    for path in sorted((work.root / SOURCE / "pipelines").iterdir()):
        work.delete(f"{SOURCE}/pipelines/{path.name}")
    work.text_is_gone("drift_shift", f"{SOURCE}/pipelines/monitor.py")


@kind("deletes files that the template deletes too")
def deleted_by_both(work: Work) -> None:
    both = ("docs/onboarding.md", "scripts/old_report.sh")
    for path in both if work.first else (".github/dependabot.yml",):
        work.delete(path)


@kind("edits a file that the template renames")
def renamed_by_the_template(work: Work) -> None:
    path = work.there(f"{SOURCE}/metrics.py", f"{SOURCE}/scores.py")
    work.edit(path, r"round\(precision_scale, 3\)", "round(precision_scale, 33)")
    work.text_stays("round(precision_scale, 33)", f"{SOURCE}/scores.py")


@kind("edits a file that the template moves to another folder")
def moved_by_the_template(work: Work) -> None:
    work.edit("scripts/check.sh", "^mypy$", "mypy --mine")
    work.text_stays("mypy --mine", "scripts/check.sh" if work.step == "12" else "tools/check.sh")


@kind("edits a file that the template deletes", conflict=ANY)
def deleted_by_the_template(work: Work) -> None:
    path = "docs/onboarding.md" if work.first else ".github/dependabot.yml"
    work.append(path, "# mine: still needed\n")
    work.text_stays("# mine: still needed", path)


@kind("edits the half of a file that goes one way when the template splits it")
def split_by_the_template_one(work: Work) -> None:
    work.edit(UTILS, r"round\(fold_scale, 2\)", "round(fold_scale, 22)")
    work.text_stays("round(fold_scale, 22)", UTILS, f"{SOURCE}/text_utils.py")


@kind("edits the half of a file that goes the other way", conflict=("23", "13"))
def split_by_the_template_two(work: Work) -> None:
    work.edit(UTILS, r"round\(month_scale, 7\)", "round(month_scale, 77)")
    work.text_stays("round(month_scale, 77)", UTILS, f"{SOURCE}/*_utils.py")


@kind("edits a file in a folder that the template renames")
def in_a_renamed_folder(work: Work) -> None:
    path = work.there(f"{OLD_HELP}/times.py", f"{NEW_HELP}/times.py")
    work.edit(path, r"round\(lap_scale, 2\)", "round(lap_scale, 22)")
    work.edit("docs/adr/0001-record.md", "^One file each.$", "One file each, mine.")
    adr = "docs/adr" if work.step == "12" else "docs/decisions"
    work.text_stays("round(lap_scale, 22)", f"{NEW_HELP}/times.py")
    work.text_stays("One file each, mine.", f"{adr}/0001-record.md")


@kind("adds a file to a folder that the template renames")
def added_to_a_renamed_folder(work: Work) -> None:
    folder = OLD_HELP if work.first else "docs/adr"
    text = module("Mine.", "mine_help")
    work.write(f"{folder}/mine.py", text)
    new = {"12": NEW_HELP, "13": NEW_HELP, "23": "docs/decisions"}[work.step]
    work.bytes_stay(text.encode(), f"{folder}/mine.py", f"{new}/mine.py")


@kind("renames a file that the template renames to another name", conflict=ANY)
def renamed_by_both(work: Work) -> None:
    old, new = (f"{SOURCE}/metrics.py", f"{SOURCE}/measures.py")
    if not work.first:
        old, new = ("scripts/check.sh", "scripts/verify.sh")
    work.move(old, new)
    work.mine.clear()
    text = "precision_shift" if work.first else "ruff format --check"
    work.text_stays(text, new, old)


@kind("renames a file to the name that the template gives it")
def renamed_equally(work: Work) -> None:
    old, new = (f"{SOURCE}/metrics.py", f"{SOURCE}/scores.py")
    if not work.first:
        old, new = ("scripts/check.sh", "tools/check.sh")
    work.move(old, new)
    work.text_stays("precision_shift" if work.first else "ruff format --check", new)


@kind("adds a file that the template adds too, equal to it")
def added_equally(work: Work) -> None:
    for path in _added(work):
        work.write(path, _theirs(work, path))
        work.bytes_stay(_theirs(work, path), path)


@kind("adds a file that the template adds too, another one", conflict=ANY)
def added_differently(work: Work) -> None:
    path = _added(work)[0]
    work.write(path, "# Ours\n\nmine: another text\n")
    work.text_stays("mine: another text", path)


@kind("adds a file that the template adds too, with a name of other letters", conflict=ANY)
def added_differently_non_ascii(work: Work) -> None:
    path = _added(work)[1]
    work.write(path, "# Unser\n\nmine: ein anderer Text\n")
    work.text_stays("mine: ein anderer Text", path)


@kind("adds a file that the template adds too, with more in it")
def added_with_more(work: Work) -> None:
    path = _added(work)[0]
    work.write(path, _theirs(work, path) + b"\nmine: and one line more\n")
    work.text_stays("mine: and one line more", path)


def _added(work: Work) -> tuple[str, str]:
    """Return two paths that the step adds."""
    if work.first:
        return ("docs/security.md", "docs/Über uns.md")
    return ("docs/operations.md", "docs/Ärger.md")


def _theirs(work: Work, path: str) -> bytes:
    """Return what the template will ship at a path."""
    version = Version()
    second(version)
    if work.step[1] == "3":
        third(version)
    text = version.files[path]
    return text if isinstance(text, bytes) else text.encode()


@kind("has a file where the template adds a folder", conflict=ANY)
def file_for_folder(work: Work) -> None:
    path = "reports" if work.first else "archive"
    work.write(path, "mine: a list of reports\n")
    work.text_stays("mine: a list of reports", path)


@kind("has a folder where the template adds a file", conflict=ANY)
def folder_for_file(work: Work) -> None:
    path = "plugins" if work.first else "extras"
    work.write(f"{path}/mine.py", "MINE = 1\n")
    work.bytes_stay(b"MINE = 1\n", f"{path}/mine.py")


@kind("adds files with spaces, quotes and other letters in their names")
def odd_names(work: Work) -> None:
    for path in ("mine/a b.txt", "mine/'it'.txt", 'mine/"x".txt', "mine/größe.txt", "-mine.txt"):
        work.write(path, f"mine at {path}\n")
        work.bytes_stay(f"mine at {path}\n".encode(), path)


@kind("adds files with tabs, backslashes, brackets, emoji and newlines in their names")
def odder_names(work: Work) -> None:
    for path in ("mine/a\tb", "mine/a\\b", "mine/[a]*?", "mine/🚀", "mine/a\nb", "mine/ a "):
        work.write(path, f"mine at {path!r}\n")
        # A pattern of its own kind: brackets and stars stand for themselves.
        work.bytes_stay(f"mine at {path!r}\n".encode(), path)


@kind("edits files with spaces, quotes and other letters in their names")
def odd_names_edited(work: Work) -> None:
    for path in ("docs/Überblick.md", "docs/how to.md", 'docs/"quoted".md'):
        work.edit(path, "^# (.*)$", r"# \1 (mine)")
        work.text_stays("(mine)\n", path)


@kind("renames a file to a name with a space, which the template edits")
def renamed_to_a_space(work: Work) -> None:
    work.move(DATA, f"{SOURCE}/my data.py")
    work.text_stays("save_shift", f"{SOURCE}/my data.py")


@kind("fills files that were empty", conflict=("23", "13"))
def empty_filled(work: Work) -> None:
    for path in (f"{SOURCE}/pipelines/__init__.py", f"{SOURCE}/py.typed"):
        work.write(path, "# mine: no longer empty\n")
        work.text_stays("# mine: no longer empty", path)


@kind("empties a file that the template edits", conflict=ANY)
def emptied(work: Work) -> None:
    work.write(DATA, "")
    work.text_is_gone("save_shift", DATA)


@kind("adds empty files")
def empty_added(work: Work) -> None:
    for path in ("mine/.gitkeep", f"{SOURCE}/mine/__init__.py"):
        work.write(path, "")
        work.bytes_stay(b"", path)


@kind("edits a file of their own, which the template changes too")
def own_file(work: Work) -> None:
    for path in (f"{SOURCE}/features.py", "tests/test_features.py"):
        work.edit(path, r"round\((\w+)_scale, 1\)", r"round(\1_scale, 111)")
        work.bytes_stay(work.read(path), path)


@kind("edits a file of their own, which the template moves")
def own_file_moved(work: Work) -> None:
    old, new = "notebooks/explore.py", "notebooks/exploration.py"
    work.append(old, "\n\n" + function("mine_look", 3))
    work.bytes_stay(work.read(old), *((old,) if work.step == "12" else (old, new)))


@kind("deletes a file of their own, which the template changes too")
def own_file_deleted(work: Work) -> None:
    for path in (f"{SOURCE}/features.py", "tests/test_features.py"):
        work.delete(path)
        work.text_is_gone("_scale", path)


@kind("renames a file of their own, which the template changes too")
def own_file_renamed(work: Work) -> None:
    work.move(f"{SOURCE}/features.py", f"{SOURCE}/inputs.py")
    work.append(f"{SOURCE}/inputs.py", "\n\nMINE = 5\n")
    work.bytes_stay(work.read(f"{SOURCE}/inputs.py"), f"{SOURCE}/inputs.py")
