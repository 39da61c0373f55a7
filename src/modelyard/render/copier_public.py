"""The slow way to render: nothing but what Copier promises to keep.

Copier does not tell which paths a template renders once, so that is found by trying: on top of
files that differ, a second render leaves those alone.
"""

import os
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import copier
import yaml

from modelyard.errors import BadTemplate
from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, SYMLINK
from modelyard.render import copier5, message, paths
from modelyard.render.confined import confined
from modelyard.render.errors import translated
from modelyard.render.request import Rendered, RenderRequest, recorded_in
from modelyard.render.tasks import of_migrations_as_written
from modelyard.template import config
from modelyard.template.answers import COMMIT_KEY, with_identity
from modelyard.template.checkout import repository_of
from modelyard.template.source import Version

_OTHER = b"\0other than any render\0"


def render(version: Version, wanted: RenderRequest) -> Rendered:
    """Render a version; see `modelyard.render.render`."""
    settings = config.read(version)
    copier5.refuse(version)
    with (
        confined(version, wanted.trusted),
        translated(version),
        tempfile.TemporaryDirectory(prefix="modelyard-") as folder,
    ):
        if not wanted.trusted:
            version.part.need_all()
            paths.refuse_links(version.title, version.checkout)
        target = Path(folder, wanted.folder)
        worker = _copy(version, wanted, target)
        answers = dict(worker.answers.combined)
        path = _answers_file(version, wanted)
        files = _read(target)
        paths.refuse(version.title, files, wanted.trusted)
        # The second render asks nobody again.
        asked = {name: answers[name] for name in wanted.ask if name in answers}
        if not wanted.defaults:
            asked = {name: answers[name] for name in settings.asked if name in answers}
        known = replace(wanted, given={**wanted.given, **asked}, ask=(), defaults=True)
        kept = _kept(version, known, target, files)
        if path in files:
            files[path] = (files[path][0], _sourced(files[path][1], version))
        hidden: set[str] = getattr(worker.answers, "hidden", set())
        taken = {name: answers[name] for name in settings.asked if name in answers.keys() - hidden}
        remembered = {name: v for name, v in taken.items() if name not in settings.secrets}
        full = _head(version) | remembered
        record = recorded_in(files[path][1]) if path in files else full
        text = settings.message_of(wanted.operation)
        said = message.plain(text, answers, wanted.destination)
        refused = _refused(wanted, record)
        # What a condition makes of a task, only Copier's inner parts tell.
        tasks = tuple(str(task) for task in settings.tasks)
        migrations = of_migrations_as_written(wanted.before, version)
        named = {*wanted.given, *wanted.recorded}
        defaulted = {name: value for name, value in taken.items() if name not in named}
        is_yours = kept.__contains__
        return Rendered(
            files,
            path,
            record,
            is_yours,
            refused,
            said,
            defaulted,
            tasks,
            migrations,
            remembered=full,
        )


def _copy(version: Version, wanted: RenderRequest, target: Path) -> Any:
    for name, content in {**wanted.files, **_recorded(version, wanted)}.items():
        if why := paths.why_refused(name):
            raise BadTemplate(f"{version.title} records answers in {name!r}: {why}")
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        worker = copier.run_copy(
            _address(version),
            target,
            data=dict(wanted.given),
            answers_file=_answers_file(version, wanted),
            vcs_ref=version.commit,
            settings=copier.Settings(defaults=dict(wanted.usual)),
            exclude=wanted.exclude,
            defaults=wanted.defaults,
            ask=wanted.ask,
            overwrite=True,
            quiet=True,
            unsafe=wanted.trusted,
            skip_tasks=True,
        )
    for name in wanted.files:
        if (target / name).is_file() and (target / name).read_bytes() == wanted.files[name]:
            (target / name).unlink()
    return worker


def _recorded(version: Version, wanted: RenderRequest) -> dict[str, bytes]:
    record = {**wanted.recorded, "_src_path": _address(version), "_commit": version.commit}
    text = yaml.safe_dump(record, allow_unicode=True, sort_keys=False)
    return {_answers_file(version, wanted): text.encode()} if wanted.recorded else {}


def _address(version: Version) -> str:
    return str(repository_of(version.checkout))


def _answers_file(version: Version, wanted: RenderRequest) -> str:
    return wanted.answers_path or config.read(version).answers_file


def _sourced(content: bytes, version: Version) -> bytes:
    """Put the template's address where Copier put that of our checkout."""
    wanted = yaml.safe_dump(version.source, allow_unicode=True, width=10**9).splitlines()[0]
    lines = content.decode().splitlines(keepends=True)
    for place, line in enumerate(lines):
        if line.startswith("_src_path:"):
            lines[place] = f"_src_path: {wanted}\n"
    return with_identity("".join(lines).encode(), version.name, version.identity)


def _head(version: Version) -> dict[str, Any]:
    return {
        "_commit": version.name,
        COMMIT_KEY: version.identity,
        "_src_path": version.source,
    }


def _read(target: Path) -> dict[str, tuple[str, bytes]]:
    files = {}
    # A folder that is a link is a link; what it leads to is not of this render.
    found = [Path(top, name) for top, *both in os.walk(target) for name in both[0] + both[1]]
    for path in sorted(found):
        name = path.relative_to(target).as_posix()
        if path.is_symlink():
            files[name] = (SYMLINK, str(path.readlink()).encode())
        elif path.is_file():
            mode = EXECUTABLE if path.stat().st_mode & 0o100 else PLAIN
            files[name] = (mode, path.read_bytes())
    return files


def _kept(
    version: Version, wanted: RenderRequest, target: Path, files: Mapping[str, tuple[str, bytes]]
) -> frozenset[str]:
    answers = _answers_file(version, wanted)
    for name in files:
        (target / name).unlink()
        if name != answers:
            (target / name).write_bytes(_OTHER)
    _copy(version, wanted, target)
    return frozenset(name for name, (_, content) in _read(target).items() if content == _OTHER)


def _refused(wanted: RenderRequest, record: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: f"the template takes {record[name]!r} in its place"
        for name, value in wanted.recorded.items()
        if name in record and name not in wanted.given and record[name] != value
    }
