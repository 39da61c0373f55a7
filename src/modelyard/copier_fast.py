"""The fast way to render: Copier's own Worker, writing into memory, sharing what stays the same.

What costs time in Copier is a clone and a Jinja environment for each render, and a git process for
each file. Here one checkout and one environment serve all renders of a version, and files go
nowhere. Everything that decides what a render contains stays Copier's.
"""

import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2
import yaml

from modelyard.copier_errors import translated
from modelyard.render import Rendered, Wanted
from modelyard.template import Version
from modelyard.trees import EXECUTABLE, PLAIN, SYMLINK

try:
    from copier._jinja_ext import get_yield_context
    from copier._main import Worker, _operation
    from copier._settings import SettingsModel
    from copier._subproject import Subproject
    from copier._template import Template as CopierTemplate
except ImportError:  # Another Copier: `fits` says so, and the public way is taken.
    Worker = object

_NEEDED = (
    "_ask",
    "_render_context",
    "_render_file",
    "_render_folder",
    "_render_string",
    "_render_symlink",
    "_render_template",
    "answers_relpath",
    "jinja_env",
    "match_exclude",
    "match_skip",
    "run_copy",
    "subproject",
    "template",
)


def fits() -> bool:
    """Tell whether this Copier has the inner parts that are used here."""
    return all(hasattr(Worker, name) for name in _NEEDED)


class _Memory(Worker):  # type: ignore[misc, valid-type]
    """Copier's Worker, with its last step, the writing of a file, into a dictionary."""

    @cached_property
    def rendered(self) -> dict[str, tuple[str, bytes]]:
        return {}

    @cached_property
    def all_exclusions(self) -> Any:
        # Evaluated after the questions. A pattern of another version may ask for what this one
        # does not know; it then leaves nothing out.
        return [*self.template.exclude, *(p for p in self.exclude if self._renders(p))]

    def _renders(self, pattern: str) -> bool:
        try:
            self._render_string(pattern)
        except jinja2.UndefinedError:
            return False
        return True

    @cached_property
    def _relpath_of_answers(self) -> Path:
        found: Path = super().answers_relpath
        return found

    @property
    def answers_relpath(self) -> Path:
        return self._relpath_of_answers

    def _render_context(self) -> Any:
        frozen = self.__dict__.get("frozen")
        return dict(frozen) if frozen is not None else super()._render_context()

    def _render_template(self) -> None:
        # While files are rendered no answer changes any more, so one context serves them all.
        self.answers_relpath  # noqa: B018
        self.__dict__["frozen"] = super()._render_context()
        super()._render_template()

    def _render_string(self, string: str, extra_context: Any = None) -> str:
        if "{" not in string and "\r" not in string and _has_default_marks(self.jinja_env):
            _forget_yield(self.jinja_env)
            return string
        rendered: str = super()._render_string(string, extra_context)
        return rendered

    def _render_folder(self, dst_relpath: Path) -> None:
        pass

    def _render_symlink(self, src_relpath: Path, dst_relpath: Path) -> None:
        target = str((self.template.local_abspath / src_relpath).readlink())
        if src_relpath.name.endswith(self.template.templates_suffix):
            target = str(Path(self._render_string(target)))
        self.rendered[dst_relpath.as_posix()] = (SYMLINK, target.encode())

    def _render_file(self, src_relpath: Path, dst_relpath: Path, extra_context: Any = None) -> None:
        source = self.template.local_abspath / src_relpath
        _forget_yield(self.jinja_env)
        content = self._content(source, src_relpath, extra_context or {})
        executable = source.stat().st_mode & 0o100
        mode = EXECUTABLE if executable else PLAIN
        self.rendered[dst_relpath.as_posix()] = (mode, content)

    def _content(self, source: Path, relpath: Path, extra: dict[str, Any]) -> bytes:
        if not relpath.name.endswith(self.template.templates_suffix):
            return source.read_bytes()
        try:
            template = self.jinja_env.get_template(relpath.as_posix())
        except UnicodeDecodeError:
            if self.template.templates_suffix:
                raise
            return source.read_bytes()
        text: str = template.render(**self._render_context(), **extra)
        if get_yield_context(self.jinja_env).yield_name:
            raise ValueError(f"{relpath} has a yield tag, which only names of files may have")
        return text.encode()


def _has_default_marks(env: jinja2.Environment) -> bool:
    marks = (env.block_start_string, env.variable_start_string, env.comment_start_string)
    prefixes = env.line_statement_prefix or env.line_comment_prefix
    return all("{" in mark for mark in marks) and not prefixes and env.keep_trailing_newline


def _forget_yield(env: jinja2.Environment) -> None:
    # Copier does this when it compiles a string; a compiled one that is used again skips it.
    context = get_yield_context(env)
    context.yield_name = None
    context.yield_iterable = None


def render(version: Version, wanted: Wanted) -> Rendered:
    """Render a version; see `modelyard.render.render`."""
    with translated(version), tempfile.TemporaryDirectory(prefix="modelyard-") as nowhere:
        target = Path(nowhere, wanted.folder)
        for path, content in wanted.files.items():
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (target / path).write_bytes(content)
        worker = _worker(version, wanted, target)
        token = _operation.set(wanted.operation)
        try:
            worker.run_copy()
        finally:
            _operation.reset(token)
        refused = {
            name: _words(version, wanted, name, target)
            for name in wanted.recorded.keys() - worker.answers.last.keys()
            if name in worker.template.questions_data
            and name not in worker.answers.hidden
            and name not in wanted.given
        }
        path = worker.answers_relpath.as_posix()
        files = worker.rendered
        record = yaml.safe_load(files[path][1]) if path in files else {}
        return Rendered(files, path, record or {}, _matcher(worker), refused)


def _worker(version: Version, wanted: Wanted, target: Path) -> _Memory:
    worker = _Memory(
        src_path=version.source,
        dst_path=target,
        answers_file=Path(wanted.answers_path) if wanted.answers_path else None,
        vcs_ref=version.commit,
        data=dict(wanted.given),
        settings=SettingsModel(),
        defaults=True,
        overwrite=True,
        quiet=True,
        unsafe=wanted.trusted,
        skip_tasks=wanted.trusted,
        exclude=wanted.exclude,
    )
    project = Subproject(local_abspath=target.absolute(), answers_relpath=Path("none"))
    project.__dict__["last_answers"] = {
        **wanted.recorded,
        "_src_path": version.source,
        "_commit": version.name,
    }
    worker.__dict__.update(subproject=project, template=_template(version))
    worker.__dict__["jinja_env"] = _environment(version, worker, wanted.lenient)
    return worker


def _template(version: Version) -> Any:
    """Copier's view of the checkout, with all that it would ask git for."""
    key = "template"
    if key not in version.shared:
        template = CopierTemplate(url=version.source, ref=version.commit)
        template.__dict__.update(
            vcs="git",
            local_abspath=version.checkout,
            commit=version.name,
            commit_hash=version.commit,
            git_index_modes={},
        )
        version.shared[key] = template
    return version.shared[key]


def _environment(version: Version, worker: _Memory, lenient: bool) -> jinja2.Environment:
    key = f"environment lenient={lenient}"
    if key not in version.shared:
        env: jinja2.Environment = Worker.jinja_env.func(worker)
        env.auto_reload = False
        env.cache = jinja2.environment.create_cache(-1)
        if lenient:
            env.undefined = jinja2.Undefined
        compiled: dict[str, jinja2.Template] = {}
        original = env.from_string

        def from_string(source: Any, *rest: Any, **options: Any) -> jinja2.Template:
            if not isinstance(source, str) or rest or options:
                return original(source, *rest, **options)
            _forget_yield(env)
            if source not in compiled:
                compiled[source] = original(source)
            return compiled[source]

        env.from_string = from_string  # type: ignore[assignment, method-assign]
        version.shared[key] = env
    found: jinja2.Environment = version.shared[key]
    return found


def _words(version: Version, wanted: Wanted, name: str, target: Path) -> str:
    """Return what the template says against a recorded answer, by giving it as a new one."""
    from dataclasses import replace

    given = {**wanted.given, name: wanted.recorded[name]}
    try:
        _worker(version, replace(wanted, given=given), target)._ask()
    except Exception as error:
        return str(error)
    return "it is not valid any more"


def _matcher(worker: _Memory) -> Callable[[str], bool]:
    matches = worker.match_skip
    return lambda path: bool(matches(Path(path)))


def patterns_to_exclude(version: Version) -> tuple[str, ...]:
    """Return what a version of the template leaves out of every render."""
    return tuple(_template(version).exclude)
