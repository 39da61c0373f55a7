"""Copier's Worker with its last step, the writing of a file, into a dictionary.

Everything that decides what a render contains stays Copier's; only inner parts that
`copier_parts` checks for are touched.
"""

import os
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2
from copier._jinja_ext import get_yield_context
from copier._main import Worker

from modelyard.gitrepo.trees import EXECUTABLE, PLAIN, SYMLINK
from modelyard.render import clock, reviewed
from modelyard.render.shared_code import forget_yield, strict_and_unshared
from modelyard.template.answers import COMMIT_KEY
from modelyard.template.config import HARMLESS_EXTENSIONS
from modelyard.template.part import Part

MOST_BYTES = 512 << 20
MOST_FILES = 100_000


class MemoryWorker(Worker):
    """Renders into `rendered`: mode and content by path."""

    @cached_property
    def rendered(self) -> dict[str, tuple[str, bytes]]:
        """Mode and content of each file that was rendered so far."""
        return {}

    @cached_property
    def all_exclusions(self) -> Any:
        """Patterns of paths to leave out, evaluated after the questions.

        A pattern of another version may ask for what this one does not know; it then leaves
        nothing out.
        """
        return [*self.template.exclude, *(p for p in self.exclude if self._renders(p))]

    def _check_unsafe(self, mode: Any) -> None:
        # No task runs here, and which extensions may be loaded is decided before they are.
        if not set(self.template.jinja_extensions) <= HARMLESS_EXTENSIONS:
            super()._check_unsafe(mode)

    def _renders(self, pattern: str) -> bool:
        strict = strict_and_unshared(self.jinja_env)
        try:
            strict.from_string(pattern).render(**self._render_context())
        except jinja2.UndefinedError:
            return False
        return True

    @cached_property
    def _relpath_of_answers(self) -> Path:
        found: Path = super().answers_relpath
        return found

    @property
    def answers_relpath(self) -> Path:
        """The answers file; worked out once, where Copier does it for every path."""
        return self._relpath_of_answers

    @cached_property
    def template_copy_root(self) -> Path:
        """Where what is rendered lies; it is checked out from here on."""
        root: Path = super().template_copy_root
        part: Part = self.__dict__["part"]
        inside = root.relative_to(self.template.local_abspath)
        if inside == Path():
            part.need_all()
        else:
            part.need(inside.as_posix())
        return root

    def _answers_to_remember(self) -> Any:
        """Let a template record which commit the version is; `_commit` stays what Copier reads."""
        known = dict(super()._answers_to_remember())
        commit = {COMMIT_KEY: self.__dict__["identity"]} if "identity" in self.__dict__ else {}
        return {"_commit": known.pop("_commit", None), **commit, **known}

    def _render_context(self) -> Any:
        frozen = self.__dict__.get("frozen")
        if frozen is not None:
            return dict(frozen)
        context = dict(super()._render_context())
        for name in reviewed.FUNCTIONS & context.keys():
            if callable(context[name]) and (timed := clock.function(name)):
                context[name] = timed
        return context

    def _render_template(self) -> None:
        # While files are rendered no answer changes any more, so one context serves them all.
        self.answers_relpath  # noqa: B018
        self.__dict__["frozen"] = self._render_context()
        super()._render_template()

    def _render_string(self, string: str, extra_context: Any = None) -> str:
        if "{" not in string and "\r" not in string and _has_default_marks(self.jinja_env):
            forget_yield(self.jinja_env)
            return string
        rendered: str = super()._render_string(string, extra_context)
        return rendered

    def _render_folder(self, dst_relpath: Path) -> None:
        pass

    def _render_symlink(self, src_relpath: Path, dst_relpath: Path) -> None:
        target = str((self.template.local_abspath / src_relpath).readlink())
        if src_relpath.name.endswith(self.template.templates_suffix):
            target = str(Path(self._render_string(target)))
        self._keep(dst_relpath, SYMLINK, os.fsencode(target))

    def _render_file(self, src_relpath: Path, dst_relpath: Path, extra_context: Any = None) -> None:
        source = self.template.local_abspath / src_relpath
        forget_yield(self.jinja_env)
        content = self._content(source, src_relpath, extra_context or {})
        executable = source.stat().st_mode & 0o100
        mode = EXECUTABLE if executable else PLAIN
        self._keep(dst_relpath, mode, content)

    def _keep(self, relpath: Path, mode: str, content: bytes) -> None:
        # A template that loops would else fill the memory before anybody sees a file.
        self.__dict__["size"] = self.__dict__.get("size", 0) + len(content)
        if self.__dict__["size"] > MOST_BYTES or len(self.rendered) >= MOST_FILES:
            raise ValueError(f"it renders more than {MOST_BYTES >> 20} MiB or {MOST_FILES} files")
        self.rendered[relpath.as_posix()] = (mode, content)

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
