"""The fast way to render: Copier's own Worker, into memory, sharing what stays the same.

What costs time in Copier is a clone and a Jinja environment for each render, and a git process for
each file. Here one checkout and one environment serve all renders of a version, and files go
nowhere.
"""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

import jinja2

from modelyard.errors import BadAnswer
from modelyard.render import clock, copier5, paths, tasks
from modelyard.render.confined import confined
from modelyard.render.errors import names_question, refused_answer, required, translated
from modelyard.render.request import Rendered, RenderRequest, recorded_in
from modelyard.template import config, refusals
from modelyard.template.source import Version


def render(version: Version, wanted: RenderRequest) -> Rendered:
    """Render a version; see `modelyard.render.render`."""
    from copier._main import _operation

    settings = config.read(version)
    if wanted.trusted:
        # What an extension or a filter of Copier's reads is known to nobody.
        version.part.need_all()
    with (
        confined(version, wanted.trusted),
        translated(version),
        tempfile.TemporaryDirectory(prefix="modelyard-") as nowhere,
    ):
        target = Path(nowhere, wanted.folder)
        for path, content in wanted.files.items():
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (target / path).write_bytes(content)
        worker = _worker(version, wanted, target)
        token = _operation.set(wanted.operation)
        try:
            worker.run_copy()
        except (ValueError, TypeError) as error:
            # Of an answer that cannot be cast, Copier does not say to which question it is.
            if names_question(error):
                raise
            raise _blamed(version, wanted, target) or error from None
        finally:
            _operation.reset(token)
        refused = {
            name: _words(version, wanted, name, wanted.recorded[name], target)
            or "it is not valid any more"
            for name in wanted.recorded.keys() - worker.answers.last.keys()
            if name in worker.template.questions_data
            and name not in worker.answers.hidden
            and name not in wanted.given
        }
        path = worker.answers_relpath.as_posix()
        files = worker.rendered
        paths.refuse(version.title, files, wanted.trusted)
        known = worker._answers_to_remember()
        record = recorded_in(files[path][1]) if path in files else known
        said = _message(worker, settings.message_of(wanted.operation), wanted)
        todo = tasks.to_run(worker, wanted.operation)
        migrations = tasks.to_migrate(worker, wanted.before, version)
        defaulted = {
            name: value
            for name, value in worker.answers.user.items()
            if name not in {*wanted.given, *wanted.recorded, *worker.answers.hidden}
        }
        kept = _matcher(worker)
        return Rendered(
            files, path, record, kept, refused, said, defaulted, todo, migrations, remembered=known
        )


def _message(worker: Any, text: str, wanted: RenderRequest) -> str:
    """Render a message as Copier does at the end, for the project's own place.

    One that cannot be rendered is told as it is written: it may name work that has to be done.
    """
    if not text:
        return ""
    from modelyard.render.sandbox import PlainConf

    context = worker._render_context()
    conf = PlainConf(context["_copier_conf"], PurePath(wanted.destination))
    try:
        rendered = worker.jinja_env.from_string(text).render(**{**context, "_copier_conf": conf})
    except Exception:
        return text
    return str(rendered)


def _worker(version: Version, wanted: RenderRequest, target: Path) -> Any:
    from copier._settings import SettingsModel
    from copier._subproject import Subproject

    from modelyard.render.memory_worker import MemoryWorker

    worker = MemoryWorker(
        src_path=version.source,
        dst_path=target,
        answers_file=Path(wanted.answers_path) if wanted.answers_path else None,
        vcs_ref=version.commit,
        data=dict(wanted.given),
        settings=SettingsModel(defaults=dict(wanted.usual)),
        defaults=wanted.defaults,
        ask=wanted.ask,
        overwrite=True,
        quiet=True,
        unsafe=wanted.trusted,
        skip_tasks=True,
        exclude=wanted.exclude,
    )
    project = Subproject(local_abspath=target.absolute(), answers_relpath=Path("none"))
    project.__dict__["last_answers"] = {
        **wanted.recorded,
        "_src_path": version.source,
        "_commit": version.name,
    }
    worker.__dict__.update(
        subproject=project,
        template=_template(version, wanted.unchecked),
        part=version.part,
        identity=version.identity,
    )
    worker.__dict__["jinja_env"] = _environment(version, worker, wanted.trusted)
    return worker


def _template(version: Version, unchecked: bool = False) -> Any:
    """Copier's view of the checkout, with all that it would ask git for."""
    from copier._template import Template

    key = "unchecked template" if unchecked else "template"
    if key not in version.shared:
        template = Template(url=version.source, ref=version.commit)
        template.__dict__.update(
            vcs="git",
            local_abspath=version.checkout,
            commit=version.name,
            commit_hash=version.commit,
            git_index_modes={},
        )
        template.__dict__.update(copier5.settings(version))
        if unchecked:
            template.__dict__["questions_data"] = {
                name: {key: value for key, value in about.items() if key != "validator"}
                for name, about in template.questions_data.items()
            }
        version.shared[key] = template
    return version.shared[key]


def _environment(version: Version, worker: Any, trusted: bool) -> jinja2.Environment:
    from copier._main import Worker

    from modelyard.render.of_part import OfPart
    from modelyard.render.sandbox import in_use
    from modelyard.render.shared_code import SharedCode, share_code

    # What is compiled holds what filters made of constants, so trust is a part of both keys.
    key = "trusted environment" if trusted else "environment"
    if key not in version.shared:
        # To make the environment loads them, which is before Copier looks whether it may.
        if "extensions" in config.read(version).code and not trusted:
            raise refusals.refused_extensions(version)
        env: jinja2.Environment = Worker.__dict__["jinja_env"].func(worker)
        env.auto_reload = False
        if trusted:
            clock.follow(env)
        env.cache = jinja2.environment.create_cache(-1)
        template = worker.template
        # An extension may be another in each version, and compile to something else.
        known = {} if template.jinja_extensions else version.compiled
        share_code(env, known.setdefault(f"{trusted} {template.envops!r}", SharedCode()))
        if env.loader:
            env.loader = OfPart(env.loader, version.part)
        version.shared[key] = env
    elif not trusted:
        in_use()
    found: jinja2.Environment = version.shared[key]
    return found


def _blamed(version: Version, wanted: RenderRequest, target: Path) -> BadAnswer | None:
    """Find the given answer that fails alone."""
    for name, value in wanted.given.items():
        words = _words(version, replace(wanted, given={}), name, value, target)
        # Alone it may be fine, and another question has no answer.
        if words and required(words) in {"", name}:
            return refused_answer(version.title, name, words)
    return None


def _words(version: Version, wanted: RenderRequest, name: str, value: Any, target: Path) -> str:
    """Return what the template says against an answer, by giving it as a new one."""
    given = {**wanted.given, name: value}
    alone = replace(wanted, given=given, ask=())
    try:
        _worker(version, alone, target)._ask()
    except Exception as error:
        # Of a value that it cannot even convert Copier says nothing.
        return str(error) or "it is not of the type that is asked for"
    return ""


def _matcher(worker: Any) -> Callable[[str], bool]:
    matches = worker.match_skip
    return lambda path: bool(matches(Path(path)))
