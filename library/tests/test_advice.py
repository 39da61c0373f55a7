"""What a message tells people to type is what they can type."""

import ast
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import modelyard_platform
import pytest
from modelyard_platform.advice import typed
from modelyard_platform.cli.main import app
from typer.main import get_command

LIBRARY = Path(modelyard_platform.__file__).parent
VERBS = get_command(app).commands  # type: ignore[attr-defined]  # a group: it has more than one verb
WORD = "|".join(sorted(VERBS))
# A verb where a command would stand: at the start or behind a colon, with options, or all alone.
BARE = re.compile(rf"(?:^|: )(?:{WORD})(?: --[a-z]| [A-Z]{{4,}}| \d|$| \()")


def texts(node: ast.AST) -> str:
    """Return a text of the source, with `2013-05` for what is computed."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(map(texts, node.values))
    return "2013-05"


def advised() -> Iterator[str]:
    for path in sorted(LIBRARY.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "typed":
                yield texts(node.args[0])


ADVISED = sorted(set(advised()))


@pytest.mark.parametrize("words", ADVISED)
def test_every_advised_verb_takes_its_options(words: str) -> None:
    verb, *options = shlex.split(words)
    parser = VERBS[verb]
    with parser.make_context(verb, list(options), resilient_parsing=False) as context:
        assert context.args == []


def test_what_is_typed_reaches_the_verb_as_it_is_printed(tmp_path: Path) -> None:
    recipe = "train ingest promote:\n\t@printf '%s\\n' $@ $(ARGS)\n"
    (tmp_path / "Makefile").write_text(recipe, "utf-8")
    for words in ("train", "promote --allow-dirty", "ingest --again 'a $x \"b\" `c` #d'"):
        line = typed(words)
        done = subprocess.run(
            ["sh", "-c", f"unset MAKEFLAGS MAKELEVEL MFLAGS; {line}"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
        )
        assert done.stdout.splitlines() == shlex.split(words), (line, done.stderr)


def test_no_message_tells_a_verb_that_the_shell_does_not_know() -> None:
    found = []
    for path in sorted(LIBRARY.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            raised = isinstance(node, ast.Call) and str(getattr(node.func, "id", ""))
            given = node.args[1:2] if isinstance(node, ast.Call) and raised in ERRORS else []
            given += [node.value] if isinstance(node, ast.Assign) and _is_hint(node) else []
            found += [(path.name, texts(arg)) for arg in given if BARE.search(texts(arg))]
    assert found == []


ERRORS = {
    name
    for name, kind in vars(modelyard_platform.errors).items()
    if isinstance(kind, type) and issubclass(kind, modelyard_platform.errors.ProjectError)
}


def _is_hint(node: ast.Assign) -> bool:
    return any(getattr(target, "id", "").lower().strip("_") == "hint" for target in node.targets)
