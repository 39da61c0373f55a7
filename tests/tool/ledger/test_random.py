"""Random edits on both sides: what git merges balances, and any tampering with it does not."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.tool.ledger.audits import check, stages, texts

Text = list[str]
bounded = settings(
    derandomize=True,
    deadline=None,
    max_examples=50,
    database=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def room() -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        yield Path(folder)


@st.composite
def edited(draw: st.DrawFn, base: Text, tag: str) -> Text:
    lines = list(base)
    for number in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines)))
        match draw(st.sampled_from(["add", "change", "remove", "move"])):
            case "add":
                new = [f"{tag} {number}.{k}" for k in range(draw(st.integers(1, 3)))]
                lines[at:at] = [*new, *draw(st.sampled_from([[], [""], ["}"]]))]
            case "change":
                lines[at : at + 1] = [f"{tag} changed {number}"]
            case "remove":
                del lines[at : at + draw(st.integers(1, 3))]
            case "move":
                block = lines[at : at + 2]
                del lines[at : at + 2]
                to = draw(st.integers(0, len(lines)))
                lines[to:to] = block
    return lines


@st.composite
def threesomes(draw: st.DrawFn) -> tuple[Text, Text, Text]:
    length = draw(st.integers(4, 24))
    repeated = draw(st.lists(st.integers(0, length - 1), max_size=6))
    base = [("" if n % 2 else "}") if n in repeated else f"line {n}" for n in range(length)]
    return base, draw(edited(base, "mine")), draw(edited(base, "theirs"))


def text(lines: Text) -> str:
    return "".join(f"{line}\n" for line in lines)


def merge(room: Path, base: Text, ours: Text, theirs: Text) -> tuple[bool, str]:
    for name, lines in (("base", base), ("ours", ours), ("theirs", theirs)):
        (room / name).write_text(text(lines))
    command = ["git", "merge-file", "-p", "--diff3", "ours", "base", "theirs"]
    done = subprocess.run(command, cwd=room, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout


def losses(base: Text, ours: Text, theirs: Text, result: Text) -> tuple[str, ...]:
    books = [{"a": text(lines)} for lines in (base, ours, theirs, result)]
    return texts(check(books[0], books[1], books[2], books[3]))


def disputed(versions: tuple[Text, Text, Text], merged: str) -> tuple[str, ...]:
    base, ours, theirs = ({"a": text(lines)} for lines in versions)
    held = stages("a", *map(text, versions))
    return texts(check(base, ours, theirs, {"a": merged}, ("a",), held))


@bounded
@given(versions=threesomes())
def test_what_git_merges_balances(room: Path, versions: tuple[Text, Text, Text]) -> None:
    clean, merged = merge(room, *versions)
    if clean:
        assert losses(*versions, merged.splitlines()) == ()
    else:
        assert disputed(versions, merged) == ()


@bounded
@given(versions=threesomes())
def test_markers_that_lost_a_line_do_not_balance(
    room: Path, versions: tuple[Text, Text, Text]
) -> None:
    clean, merged = merge(room, *versions)
    assume(not clean)
    base, ours, _ = versions
    lost = next((x for x in ours if x.startswith("mine") and x not in base), None)
    assume(lost)
    broken = text([line for line in merged.splitlines() if line != lost])
    assert disputed(versions, broken) != ()


LIES = (
    "drop mine",
    "double mine",
    "drop theirs",
    "move mine",
    "resurrect",
    "base",
    "ours",
    "theirs",
)


def tampered(
    data: st.DataObject, lie: str, versions: tuple[Text, Text, Text], result: Text
) -> Text:
    base, ours, theirs = versions
    if lie in ("base", "ours", "theirs"):
        return {"base": base, "ours": ours, "theirs": theirs}[lie]
    if lie == "resurrect":
        gone = [x for x in base if x not in result]
        assume(gone)
        at = data.draw(st.integers(0, len(result)))
        return [*result[:at], data.draw(st.sampled_from(gone)), *result[at:]]
    tag = lie.rsplit(" ", maxsplit=1)[-1]
    places = [k for k, line in enumerate(result) if line.startswith(tag)]
    assume(places)
    at = data.draw(st.sampled_from(places))
    rest = result[:at] + result[at + 1 :]
    if lie.startswith("drop"):
        return rest
    if lie.startswith("double"):
        to = data.draw(st.integers(0, len(result)))
        return [*result[:to], result[at], *result[to:]]
    # Across a line that both sides kept in place, so that it is no longer among its neighbours.
    stays = [
        k
        for k, line in enumerate(rest)
        if line.startswith("line") and line in ours and line in theirs
    ]
    assume(stays)
    stay = data.draw(st.sampled_from(stays))
    to = stay if stay >= at else stay + 1
    across = range(min(at, to), max(at, to) + 1)
    assume(any(k in across for k in stays))
    return [*rest[:to], result[at], *rest[to:]] if stay < at else [
        *rest[: to + 1], result[at], *rest[to + 1 :]
    ]  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
@settings(bounded, max_examples=12)
@given(versions=threesomes(), data=st.data())
def test_tampering_is_found(
    room: Path, lie: str, versions: tuple[Text, Text, Text], data: st.DataObject
) -> None:
    clean, merged = merge(room, *versions)
    assume(clean)
    result = merged.splitlines()
    broken = tampered(data, lie, versions, result)
    assume(broken != result)
    assert losses(*versions, result) == ()
    assert losses(*versions, broken) != ()
