"""Both ways to render give the same files, and the fast one is left when Copier has changed."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from jinja2 import Environment
from jinja2.ext import Extension
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from modelyard.errors import BadAnswer, BadTemplate
from modelyard.render import copier_internal, copier_parts, copier_public
from modelyard.render.request import RenderRequest
from modelyard.template.source import Templates, Version
from tests.tool.worlds import CONFIG as CURLY
from tests.tool.worlds import World

CONFIG = """
_subdirectory: "{{ flavour }}"
_answers_file: .standard.yml
_preserve_symlinks: true
_exclude: ["{% if not docs %}docs{% endif %}", "*.bak"]
_skip_if_exists: ["src/*/mine.py", "{{ name }}.txt"]
_external_data: {other: other.yml}
_envops: {block_start_string: "[%", block_end_string: "%]", variable_start_string: "{{"}
name: {type: str, default: World, validator: "[% if ' ' in name %]no spaces[% endif %]"}
flavour: {type: str, choices: [plain, rich], default: plain}
docs: {type: bool, default: true}
tools: {type: str, multiselect: true, choices: [a, b, c], default: "['a', 'c']"}
size: {type: int, default: 3}
table: {type: yaml, default: {x: [1, 2]}}
token: {type: str, secret: true, default: none}
slug: {type: str, when: false, default: "{{ name | lower }}"}
ci: {type: str, when: "{{ docs }}", default: "{{ slug }}-ci"}
"""
PIECES: dict[str, str | bytes] = {
    "{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers | to_nice_yaml -}}\n",
    "{{ slug }}.txt.jinja": "{{ tools | join(',') }} {{ size }} {{ table.x[1] }} {{ token }}\n",
    "src/{{ slug }}/mine.py": "plain {{ not rendered }}\r\n",
    "[% yield tool from tools %]{{ tool }}[% endyield %].ini.jinja": "{{ tool }}\n",
    "docs/index.md.jinja": "# {{ name }} {{ ci }} {{ _external_data.other.key }}\n",
    "[% if size > 2 %]big[% endif %].txt": "big\n",
    "left.bak": "out\n",
    'naïve "name".txt': "ü\n",
    "binary.bin": b"\0\1\2\xff",
    "{{ _folder_name }}.txt": "folder\n",
    "included.txt.jinja": "[% include 'parts/part.txt' %]\n",
}


@pytest.fixture(scope="module")
def version(tmp_path_factory: pytest.TempPathFactory) -> Version:
    world = World(tmp_path_factory.mktemp("world"))
    templates = Templates()
    world.release(None, {}, CONFIG)
    for flavour in ("plain", "rich"):
        for path, content in PIECES.items():
            place = world.template / flavour / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content if isinstance(content, bytes) else content.encode())
        (world.template / flavour / "link").symlink_to("binary.bin")
        (world.template / flavour / "run.sh").write_text("#!/bin/sh\n")
        (world.template / flavour / "run.sh").chmod(0o755)
    (world.template / "parts").mkdir()
    (world.template / "parts" / "part.txt").write_text("part of {{ name }}\n")
    world.release("v1", {}, CONFIG)
    found = templates.open(str(world.template)).version("v1")
    found.shared["keep"] = templates
    return found


@pytest.mark.parametrize(
    "wanted",
    [
        RenderRequest({}),
        RenderRequest({"name": "Ada", "docs": False, "size": 1, "tools": ["b"]}),
        RenderRequest(
            {"name": "Ada", "table": {"x": [0, "ü"]}}, given={"flavour": "rich", "token": "t"}
        ),
        RenderRequest({"name": "Ada", "unknown": 1}, folder="elsewhere", exclude=["*.bin", "docs"]),
        RenderRequest({"name": "Ada"}, files={"other.yml": b"key: value\n"}),
        RenderRequest({"name": "Ada"}, answers_path=".mine.yml"),
    ],
    ids=["defaults", "answers", "given", "excluded", "external", "answers file"],
)
def test_both_ways_give_equal_trees(version: Version, wanted: RenderRequest) -> None:
    fast = copier_internal.render(version, wanted)
    public = copier_public.render(version, wanted)
    assert fast.files == public.files
    assert len(fast.files) > 6
    assert (fast.answers_path, fast.answers) == (public.answers_path, public.answers)
    assert [fast.is_yours(path) for path in fast.files] == [
        public.is_yours(path) for path in fast.files
    ]
    assert fast.is_yours("src/world/mine.py") or fast.is_yours("src/ada/mine.py")


def test_a_render_does_not_depend_on_the_ones_before(version: Version) -> None:
    first = copier_internal.render(version, RenderRequest({"name": "Ada"}))
    copier_internal.render(version, RenderRequest({"name": "Bob", "docs": False, "tools": []}))
    assert copier_internal.render(version, RenderRequest({"name": "Ada"})).files == first.files


@pytest.mark.parametrize("way", [copier_internal, copier_public], ids=["fast", "public"])
def test_both_ways_refuse_the_same_answers(version: Version, way: object) -> None:
    render = way.render  # type: ignore[attr-defined]
    with pytest.raises(BadAnswer, match="no spaces"):
        render(version, RenderRequest({}, given={"name": "a b"}))
    with pytest.raises(BadAnswer, match="flavour"):
        render(version, RenderRequest({}, given={"flavour": "none"}))
    assert "name" in render(version, RenderRequest({"name": "a b"})).refused


@pytest.mark.parametrize("way", [copier_internal, copier_public], ids=["fast", "public"])
def test_both_ways_ask_a_person_what_they_are_told_to(version: Version, way: ModuleType) -> None:
    wanted = RenderRequest({"name": "Ada", "docs": False}, {"flavour": "rich"}, ask=["size"])
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text("\x7f7\r")
        assert way.render(version, wanted).answers["size"] == 7
        pipe.send_text("\x03")
        with pytest.raises(KeyboardInterrupt):
            way.render(version, wanted)


@pytest.mark.parametrize("way", [copier_internal, copier_public], ids=["fast", "public"])
def test_without_defaults_a_person_is_asked_all_that_has_no_answer(
    tmp_path: Path, way: ModuleType
) -> None:
    world = World(tmp_path)
    questions = (
        "color: {type: str, default: red}\n"
        "hidden: {type: str, when: false, default: '{{ color }}'}\n"
        "size: {type: int, default: 1}\n"
    )
    world.release(
        "v1", {"a.txt.jinja": "{{ name }} {{ color }} {{ hidden }} {{ size }}"}, (CURLY + questions)
    )
    wanted = RenderRequest({}, {"size": "5"}, defaults=False, usual={"color": "blue"})
    with (
        Templates(tmp_path / "cache") as templates,
        create_pipe_input() as pipe,
        create_app_session(input=pipe, output=DummyOutput()),
    ):
        version = templates.open(str(world.template)).version("v1")
        pipe.send_text("!\r\r")
        made = way.render(version, wanted)
    assert made.files["a.txt"][1] == b"World! blue blue 5"


def test_a_copier_without_an_inner_part_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert copier_parts.is_supported()
    monkeypatch.setattr(copier_parts, "NEEDED", (*copier_parts.NEEDED, "_gone_in_the_next_release"))
    assert not copier_parts.is_supported()


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release("v1", {"deep/a.txt.jinja": "fine\n{{ 1 + }}\n"})
    with Templates() as templates:
        version = templates.open(str(world.template)).version("v1")
        for way in (copier_internal, copier_public):
            with pytest.raises(BadTemplate, match=r"deep/a\.txt\.jinja, line 2"):
                way.render(version, RenderRequest({}))


def test_versions_share_what_is_the_same_and_no_more(tmp_path: Path) -> None:
    world, files = World(tmp_path), {"a.txt.jinja": "[[ name ]] {{ name }}\n"}
    other = 'variable_start_string: "[[", variable_end_string: "]]"'
    configs = (CURLY, f"{CURLY}# As before.\n", f"{CURLY}_envops: {{{other}}}\n")
    for number, config in enumerate(configs):
        world.release(f"v{number}", files, config)
    with Templates() as templates:
        template = templates.open(str(world.template))
        versions = [template.version(f"v{number}") for number in range(3)]
        said = [copier_internal.render(v, RenderRequest({})).files["a.txt"][1] for v in versions]
    assert said == [b"[[ name ]] World\n", b"[[ name ]] World\n", b"World {{ name }}\n"]
    codes = [
        v.shared["environment"].get_template("template/a.txt.jinja").root_render_func.__code__
        for v in versions
    ]
    assert codes[0] is codes[1] is not codes[2]


YIELDS = """_subdirectory: template
letters: {type: yaml, default: [a, b]}
"""


def test_an_include_forgets_the_yield_around_it_in_each_version(tmp_path: Path) -> None:
    world = World(tmp_path)
    name = "{% yield x from letters %}{% include 'part' %}{{ x }}{% endyield %}"
    world.release(None, {f"{name}.txt.jinja": "{{ x }}\n"}, YIELDS)
    (world.template / "part").write_text("pre")
    for tag in ("v1", "v2"):
        world.release(tag, {"same.txt": tag}, YIELDS)
    with Templates() as templates:
        template = templates.open(str(world.template))
        for tag in ("v1", "v2"):
            wanted, version = RenderRequest({}), template.version(tag)
            fast = copier_internal.render(version, wanted)
            assert fast.files == copier_public.render(version, wanted).files, tag


def test_code_of_an_extension_is_not_shared(tmp_path: Path) -> None:
    world, config = World(tmp_path), f"{CURLY}_jinja_extensions: [its_extension.Loud]\n"
    world.release("v1", {"a.txt.jinja": "{{ 'a' | loud }}\n"}, config)
    world.release("v2", {"b.txt": "new\n"}, config)
    said = []
    with Templates() as templates:
        template = templates.open(str(world.template))
        for tag in ("v1", "v2"):
            module = ModuleType("its_extension")
            # A module that is made here has what is put into it.
            module.Loud = type("Loud", (Extension,), {"__init__": _loud(tag)})  # type: ignore[attr-defined]
            with pytest.MonkeyPatch.context() as patch:
                patch.setitem(sys.modules, "its_extension", module)
                wanted = RenderRequest({}, trusted=True)
                said.append(copier_internal.render(template.version(tag), wanted).files["a.txt"][1])
    assert said == [b"a v1\n", b"a v2\n"]


def _loud(tag: str) -> Callable[[Extension, Environment], None]:
    def init(self: Extension, environment: Environment) -> None:
        Extension.__init__(self, environment)
        environment.filters["loud"] = lambda text: f"{text} {tag}"

    return init


def test_a_pattern_with_an_unknown_name_leaves_nothing_out(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.release("v1", {"a.txt": "1\n"})
    with Templates() as templates:
        version = templates.open(str(world.template)).version("v1")
        for pattern, left in (("a.txt{{ 'a'.nope }}", True), ("{{ 'a.txt' }}", False)):
            wanted = RenderRequest({}, exclude=(pattern,))
            assert ("a.txt" in copier_internal.render(version, wanted).files) == left, pattern
