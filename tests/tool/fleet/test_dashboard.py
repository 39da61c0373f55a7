"""`fleet dashboard`: one issue in the control repository, updated in place, obeyed by no forge."""

import re
from pathlib import Path

import pytest

from modelyard.fleet import dashboard, dashboard_mark, dashboard_text, pause, request_text
from modelyard.fleet.context import open_fleet
from modelyard.fleet.dashboard import Written
from modelyard.fleet.options import Mode, RolloutOptions
from modelyard.fleet.pause import Pause
from modelyard.fleet.report import collect
from modelyard.fleet.report.data import FleetFacts
from modelyard.forges import token_store
from modelyard.forges.by_kind import open_forge
from modelyard.forges.forge import ForgeKind
from modelyard.forges.signing import SigningKeys
from tests.tool.fleet.hosted_fleet import add_repos, log_in, write_settings
from tests.tool.fleet.report.builders import NOW, fleet, repo, request
from tests.tool.fleet.worlds import make, open_next, silent
from tests.tool.forges.served import HOSTED, served
from tests.tool.forges.tickets import opened


def written(options: RolloutOptions) -> Written:
    look = type(options)(options.file, mode=Mode.STATUS)
    return dashboard.run(look, silent).written


@pytest.mark.parametrize("kind", HOSTED)
def test_one_issue_is_updated_in_place(
    kind: ForgeKind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(tmp_path / "forge", kind) as forge:
        log_in(forge, tmp_path, monkeypatch)
        world = add_repos(forge, tmp_path / "world", 1)
        control = forge.add("control", files={"README.md": "The fleet\n"})
        file = tmp_path / "fleet.toml"
        write_settings(forge, world.template, file)
        text = f'control = "{control.name}"\n{file.read_text()}[repos]\nexclude = ["control"]\n'
        file.write_text(text)
        options = RolloutOptions(file)
        assert written(options) is Written.OPENED
        (ticket,) = control.tickets
        assert (ticket.title, ticket.labels) == ("Rollout of v1.1.0", ["modelyard"])
        assert "the wave canary may open" in ticket.body
        assert written(options) is Written.UNCHANGED
        # Somebody's, by its title and mark: it is neither taken for the dashboard nor touched.
        copy = opened(control, "mallory", ticket.title, ticket.body, ["modelyard"])
        ticket.title = "Renamed by somebody"
        open_next(options)
        before = copy.body
        assert written(options) is Written.UPDATED
        assert (ticket.title, copy.body) == ("Rollout of v1.1.0", before)
        assert "is next" not in ticket.body and len(control.tickets) == 2
        # A mark that somebody changed does not count: another issue is opened.
        ticket.body = ticket.body.replace('"closed": false', '"closed": true')
        assert written(options) is Written.OPENED and len(control.tickets) == 3
        forge.repo("r0").pulls[0].draft = False
        forge.merge("r0", 1)
        assert written(options) is Written.CLOSED and control.tickets[2].state == "closed"
        world.release("v1.2.0", {"b.txt": "new\n"})
        assert written(options) is Written.UPDATED and control.tickets[2].state == "open"
        assert forge.leaks(forge.token) == []


def test_what_a_person_closed_stays_closed_for_that_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yard = make(tmp_path, count=1, control=True)
    yard.file.write_text(yard.file.read_text().replace('["r0", "r1"]', '["r0"]'))
    assert written(yard.options()) is Written.OPENED
    issues = open_forge(ForgeKind.LOCAL, str(yard.forge)).issues(yard.repository("control"))
    (one,) = issues.find("modelyard")
    assert Path(one.url.removeprefix("file://")).read_text().startswith("# Rollout of v1.1.0\n")
    issues.edit(one, one.title, one.body, False)
    with open_fleet(yard.file) as context:
        pause.pause(context, "a bad release")
    assert written(yard.options()) is Written.LEFT_CLOSED
    yard.world.release("v1.2.0", {"b.txt": "new\n"})
    assert written(yard.options()) is Written.UPDATED
    (one,) = issues.find("modelyard")
    assert one.is_open and "a bad release" in one.body and one.title == "Rollout of v1.2.0"


def test_after_a_change_of_the_key_it_is_the_same_issue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(tmp_path / "forge") as forge:
        log_in(forge, tmp_path, monkeypatch)
        world = add_repos(forge, tmp_path / "world", 1)
        control = forge.add("control", files={"README.md": "The fleet\n"})
        file = tmp_path / "fleet.toml"
        write_settings(forge, world.template, file)
        text = f'control = "{control.name}"\n{file.read_text()}[repos]\nexclude = ["control"]\n'
        file.write_text(text)
        assert written(RolloutOptions(file)) is Written.OPENED
        copy = opened(control, "mallory", "Rollout", control.tickets[0].body, ["modelyard"])
        forge.renew()
        token_store.forget()
        log_in(forge, tmp_path, monkeypatch)
        assert written(RolloutOptions(file)) is Written.UPDATED
        assert written(RolloutOptions(file)) is Written.UNCHANGED
        assert [one.state for one in control.tickets] == ["open", "open"]
        # Two that were opened under two keys: the older one is closed.
        old = opened(control, forge.account, "Rollout", copy.body, ["modelyard"])
        assert written(RolloutOptions(file)) is Written.UNCHANGED
        assert (old.state, copy.state, control.tickets[0].state) == ("closed", "open", "open")


EVIL = "@everyone `x` | <img src=x> fixes #1 ![a](https://e.example/p.png)\n/close"


def test_nothing_of_a_repo_is_obeyed_and_it_fits() -> None:
    many = [repo(f"t/r{n}{EVIL}", "failed", detail=EVIL * 3, wave=EVIL) for n in range(900)]
    bad = request(9, url="https://x.example/)](javascript:alert(1)) |")
    facts = FleetFacts(Pause(EVIL, EVIL))
    data = collect([*many, repo("a", "clean", "v1", bad)], fleet(), "v2", NOW, facts)
    text = dashboard_text.body(data, "MARK")
    assert len(text) < 65_000 and text.rstrip().endswith("MARK")
    assert "more: `modelyard fleet status` has all" in text and "Needs a person: 901" in text
    lines = text.splitlines()
    assert not [line for line in lines if line.startswith("/")]
    rows = [line for line in lines if "t/r0@" in line]
    assert rows and all(len(re.findall(r"(?<!\\)\|", row)) == 5 for row in rows)
    assert "<img" not in request_text.plain(EVIL) and "\n<img" not in text
    assert "](<https://x.example/)](javascript" not in text


def test_a_mark_counts_where_it_was_signed_and_nowhere_else() -> None:
    mark = dashboard_mark.DashboardMark("f", "v1", False)
    line = dashboard_mark.line(mark, "team/control", None)
    assert dashboard_mark.find(f"text\n\n{line}\r\n", "team/control", SigningKeys()) == mark
    assert (
        dashboard_mark.find('<!-- modelyard-dashboard {"fleet": 1} -->', "c", SigningKeys()) is None
    )
    assert dashboard_mark.find("<!-- modelyard-dashboard {[ -->", "c", SigningKeys()) is None
