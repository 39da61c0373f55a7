"""The report: its numbers against cases done by hand, and a page that no repo can do harm with."""

import base64
import hashlib
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import pytest

from modelyard.fleet import pr_metadata
from modelyard.fleet.config import Fleet
from modelyard.fleet.observe import Survey
from modelyard.fleet.report import ReportData, charts, collect, history, render
from modelyard.forges.forge import PullRequest, PullRequestState
from modelyard.merged import Conflict
from modelyard.reasons import ConflictReason
from modelyard.update.result import Status, UpdateResult

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)


def fleet(**more: object) -> Fleet:
    settings: dict[str, object] = {
        "forge": {"kind": "github", "owner": "acme"},
        "template": {"source": "https://github.com/acme/standard"},
        "waves": [{"name": "canary", "repos": ["r0"]}, {"name": "all", "share": 1.0}],
    }
    return Fleet.model_validate({**settings, **more})


def request(
    opened: float,
    took: float | None = None,
    *,
    to: str = "v2",
    before: str = "v1",
    state: str = "",
    draft: bool = False,
    conflicts: Sequence[str] = (),
    url: str = "https://github.com/acme/r/pull/1",
    wave: str = "all",
) -> PullRequest:
    """Make a request that was opened so many days ago, and ended after so many days."""
    begun = NOW - timedelta(days=opened)
    mark = pr_metadata.Metadata(to, before, "b", "h", wave, tuple(conflicts))
    return PullRequest(
        number=1,
        url=url,
        branch=f"modelyard/{to}",
        head="h",
        state=PullRequestState(state or ("open" if took is None else "merged")),
        draft=draft,
        title=f"Update to {to}",
        body=f"words\n\n{pr_metadata.line(mark)}\n",
        opened=begun,
        ended=None if took is None else begun + timedelta(days=took),
    )


def survey(
    name: str,
    state: str = "current",
    version: str = "v2",
    *requests: PullRequest,
    wave: str = "all",
    detail: str = "",
    conflicts: Mapping[str, str] | None = None,
    wanted: str = "v2",
    checks: str = "",
    behind: int = 0,
    edited: Sequence[str] = (),
) -> Survey:
    about = [one for one in requests if one.branch == f"modelyard/{wanted}"]
    outcome = None
    if state in {"current", "clean", "conflict"}:
        found = tuple(
            Conflict(path, ConflictReason.OTHER, why) for path, why in (conflicts or {}).items()
        )
        outcome = UpdateResult(
            Status("unchanged" if state == "current" else state), version, wanted, conflicts=found
        )
    return Survey(
        name,
        wave,
        state,
        version,
        detail,
        outcome,
        about[0] if about else None,
        requests,
        behind=behind,
        edited=edited,
        checks=checks,
    )


def report(*surveys: Survey, **more: object) -> ReportData:
    return collect(surveys, fleet(**more), "v2", NOW)


# What is counted


def test_every_repo_has_one_standing_and_waves_add_up() -> None:
    data = report(
        survey("r0", wave="canary"),
        survey("merged", "current", "v2", request(9, 2)),
        survey("open", "clean", "v1", request(3)),
        survey("draft", "conflict", "v1", request(3, draft=True, conflicts=["a"])),
        survey("declined", "clean", "v1", request(3, 1, state="closed")),
        survey("undone", "clean", "v1", request(3, 1)),
        survey("waiting", "clean", "v1"),
        survey("older", "clean", "v0", request(3, to="v1", before="v0")),
        survey("refused", "refused", "v1", detail="no"),
        survey("failed", "failed", "", detail="hangs"),
        survey("archived", "problem", "", detail="archived"),
        survey("exempt", "exempt", "", detail="frozen, until 2026-07-01"),
        survey("bare", "candidate", ""),
        survey("other", "foreign", "v9"),
    )
    canary, everybody = data.waves
    assert (canary.name, canary.total, canary.counts) == ("canary", 1, {"current": 1})
    assert everybody.counts == {
        "current": 1,
        "open": 1,
        "draft": 1,
        "declined": 1,
        "undone": 1,
        "waiting": 2,
        "refused": 1,
        "failed": 1,
        "problem": 1,
        "exempt": 1,
    }
    assert everybody.total == 11, "candidates and other templates are in no wave's count"
    assert [one.name for one in data.candidates] == ["bare"]
    assert data.versions == {"v2": 2, "v1": 6, "v0": 1}
    assert list(data.versions) == ["v2", "v1", "v0"], "the newest version is first"
    assert [one.name for one in data.troubles] == ["archived", "failed", "refused", "undone"]


def test_a_wave_of_no_settings_and_a_state_nobody_knows_are_still_counted() -> None:
    data = report(survey("a", "sleeping", "v1", wave="old name"))
    assert [(wave.name, wave.total) for wave in data.waves] == [
        ("canary", 0),
        ("all", 0),
        ("old name", 1),
    ]
    assert data.repos[0].standing == "problem"


def test_adoption_moves_a_repo_on_the_day_its_request_was_merged() -> None:
    data = report(
        survey("a", "current", "v2", request(10, 1), request(30, 5, to="v1", before="v0")),
        survey("b", "clean", "v1"),
        survey("c", "current", "v2", request(10, 1)),
    )
    assert [(one.day.isoformat(), dict(one.counts)) for one in data.adoption] == [
        ("2026-06-04", {"v0": 1, "v1": 2}),
        ("2026-06-05", {"v1": 3}),
        ("2026-06-21", {"v2": 2, "v1": 1}),
        ("2026-06-30", {"v2": 2, "v1": 1}),
    ]


def test_what_nobody_requested_shows_when_the_default_branch_is_read() -> None:
    by_hand = survey("a", "current", "v3", request(10, 1))
    jumped = survey("b", "current", "v2", request(9, 1, before="v1"), request(20, 1, to="v0.5"))
    found = {one.day: dict(one.counts) for one in report(by_hand, jumped).adoption}
    assert found[date(2026, 6, 29 - 8)] == {"v2": 1, "v0.5": 1}
    assert found[NOW.date()] == {"v3": 1, "v2": 1}


def test_a_declined_request_moves_nobody() -> None:
    data = report(survey("a", "clean", "v1", request(10, 1, state="closed")))
    assert [dict(one.counts) for one in data.adoption] == [{"v1": 1}]
    assert data.merge_times == ()


def test_median_and_p90_are_nearest_ranks() -> None:
    took = [5, 1, 3, 2, 4, 9, 8, 7, 6, 20]
    data = report(*(survey(f"r{i}", "current", "v2", request(40, d)) for i, d in enumerate(took)))
    everything, for_v2 = data.merge_times
    assert (everything.version, everything.count) == ("", 10)
    assert (everything.median, everything.p90) == (5.0, 9.0)
    assert (for_v2.version, for_v2.median, for_v2.p90) == ("v2", 5.0, 9.0)


@pytest.mark.parametrize(
    ("values", "median", "p90"),
    [([7], 7, 7), ([1, 2], 1, 2), ([3, 1, 2], 2, 3), (list(range(1, 12)), 6, 10)],
)
def test_nearest_rank_by_hand(values: list[float], median: float, p90: float) -> None:
    found = history.nearest_rank(values, 50), history.nearest_rank(values, 90)
    assert found == (median, p90)


def test_nearest_rank_of_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing"):
        history.nearest_rank([], 50)


def test_open_requests_are_told_oldest_first() -> None:
    data = report(
        survey("a", "clean", "v1", request(3.5), checks="failure"),
        survey("b", "conflict", "v1", request(8, draft=True, conflicts=["x", "y"])),
        survey("c", "clean", "v0", request(20, to="v1", before="v0"), checks="failure"),
        survey("d", "current", "v2", request(30, 1)),
    )
    told = [(one.repo, one.age, one.version, one.draft, one.checks) for one in data.stuck]
    assert told == [
        ("c", 20, "v1", False, ""),
        ("b", 8, "v2", True, ""),
        ("a", 3, "v2", False, "failure"),
    ]
    assert data.stuck[1].conflicts == ("x", "y")


def test_a_broken_hidden_line_is_no_reason_to_fail() -> None:
    broken = request(3)
    odd = '<!-- modelyard {"version": {}, "before": 1, "base": "", "head": "", "wave": ""} -->'
    data = report(survey("a", "clean", "v1", PullRequest(**{**vars(broken), "body": odd})))
    assert [(one.repo, one.version) for one in data.stuck] == [("a", "")]
    assert "not known" in render(data)


def test_conflicts_are_counted_by_file_over_repos() -> None:
    both = "both changed it"
    data = report(
        survey("a", "conflict", "v1", conflicts={"x": both, "y": "gone here"}),
        survey("b", "conflict", "v1", conflicts={"y": both}),
        survey("c", "conflict", "v1", conflicts={"y": both}),
        survey("d", "refused", "v1", request(3, draft=True, conflicts=["x"])),
        survey("e", "current", "v2", request(3, 1, conflicts=["x"])),
    )
    told = [(one.path, one.repos, one.reason) for one in data.conflicts]
    assert told == [("y", ("a", "b", "c"), both), ("x", ("a", "d"), both)]


def test_exemptions_carry_reason_and_date_and_those_that_are_over_are_told() -> None:
    rules = [
        {"repo": "a", "reason": "audit", "until": "2026-06-30"},
        {"repo": "b", "reason": "moving", "until": "2026-06-29"},
    ]
    data = report(survey("acme/a", "exempt", "", detail="x"), survey("acme/b"), exempt=rules)
    assert [(one.repo, one.reason, str(one.until)) for one in data.exempt] == [
        ("acme/a", "audit", "2026-06-30")
    ]
    assert [(one.repo, str(one.until)) for one in data.expired] == [("b", "2026-06-29")]


def test_gates_count_what_has_begun_without_the_declined() -> None:
    surveys = [
        survey("a", "current", "v2", request(9, 1)),
        survey("b", "clean", "v1", request(9)),
        survey("c", "conflict", "v1", request(9, draft=True, conflicts=["x"])),
        survey("d", "clean", "v1", request(9, 1, state="closed")),
        survey("e", "clean", "v1"),
    ]
    gates = {"merged": 0.3, "conflicts": 0.3}
    told = {one.name: (one.value, one.holds) for one in report(*surveys, gates=gates).gates}
    assert told == {
        "merged": ("1 of 3", True),
        "CI green": ("", None),
        "in conflict": ("1 of 3", False),
    }
    surveys[1] = replace(surveys[1], checks="pending")
    assert report(*surveys).gates[1].holds is None, "one is known, the other is not"
    surveys[2] = replace(surveys[2], checks="success")
    measured = report(*surveys).gates[1]
    assert (measured.value, measured.holds) == ("2 of 3", False)
    assert report(survey("e", "clean", "v1")).gates == ()


def test_behind_edited_and_ci_are_told_of_each_repo() -> None:
    data = report(
        survey("a", "clean", "v1", request(3), behind=2, edited=["Makefile", "x"], checks="failure")
    )
    line = data.repos[0]
    assert (line.behind, line.edited, line.checks) == (2, ("Makefile", "x"), "failure")
    page = render(data)
    assert 'title="Makefile, x">2<' in page and "CI fails" in page


def test_versions_are_in_the_order_of_releases() -> None:
    names = ["v1.10.0", "v1.9.0", "v1.9.0-3-gabc1234", "main", "v2.0.0rc1", "v2.0.0"]
    assert history.newest_first(names) == [
        "v2.0.0",
        "v2.0.0rc1",
        "v1.10.0",
        "v1.9.0-3-gabc1234",
        "v1.9.0",
        "main",
    ]


def test_the_order_of_surveys_is_no_matter() -> None:
    surveys = list(made_up(40))
    there, back = (collect(each, fleet(), "v2.2.0", NOW) for each in (surveys, surveys[::-1]))
    assert render(there) == render(back)
    assert render(there) != render(collect(surveys[1:], fleet(), "v2.2.0", NOW))


def test_no_login_of_an_address_is_told() -> None:
    address = "https://bot:hunter2@example.org/t.git"
    data = report(
        survey("a", "failed", "", detail=f"cannot reach {address}"), template={"source": address}
    )
    assert "hunter2" not in render(data)
    assert "cannot reach https://example.org/t.git" in render(data)


# Charts


def corners(path: str) -> list[tuple[float, float]]:
    pairs = (pair.split() for pair in re.sub("[MZ]", "", path).split("L"))
    return [(float(x), float(y)) for x, y in pairs]


def test_areas_lie_on_each_other_and_fill_the_drawing() -> None:
    data = report(
        survey("a", "current", "v2", request(9.5, 1)),
        survey("b", "current", "v2", request(4.5, 1)),
        survey("c", "clean", "v1"),
        survey("d", "clean", "v1"),
    )
    new, old = charts.bands(data.adoption, ["v2", "v1"])
    assert (new.name, new.count, old.name, old.count) == ("v2", 2, "v1", 2)
    # From the day before the first merge, 06-21, to the end of 06-30 are ten days.
    first, second = 100, 600
    roof = [(0, 100), (first, 100), (first, 75), (second, 75), (second, 50), (1000, 50)]
    assert corners(new.path)[:6] == roof
    assert corners(old.path)[2:] == roof[::-1]
    assert corners(old.path)[:2] == [(0, 0), (1000, 0)]


def test_many_versions_and_days_become_few_bands_and_points() -> None:
    took = [
        survey(f"r{i}", "current", "v2", request(900 - 2 * i, 1, before=f"v0.{i % 9}"))
        for i in range(400)
    ]
    data = report(*took)
    names = history.newest_first(name for one in data.adoption for name in one.counts)
    found = charts.bands(data.adoption, names)
    assert len(data.adoption) == 402 and len(found) == charts.BANDS
    assert (found[-1].name, found[0].count) == (charts.OLDER, 400)
    assert len(corners(found[0].path)) <= 2 * charts.POINTS + 4, "two corners a day at most"
    assert corners(found[0].path)[0] == (0, 100), "nobody was on it before the first day"


def test_a_bar_is_shared_by_what_its_repos_are() -> None:
    data = report(survey("r0", wave="canary"), survey("a"), survey("b", "clean", "v1"))
    bars = [charts.segments(wave, ["waiting", "current"]) for wave in data.waves]
    told = [[(one.standing, one.start, one.width) for one in bar] for bar in bars]
    assert told == [[("current", 0, 100)], [("waiting", 0, 50), ("current", 50, 50)]]


# The page


VOID = {"meta", "link", "input", "br", "hr", "img"}


class Reader(HTMLParser):
    """Reads a page, and fails where its elements do not close as they were opened."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.stack: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()
        assert self.stack == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.stack[-1:] not in (["script"], ["style"]):
            self.text += data

    def attributes(self) -> Iterator[tuple[str, str, str]]:
        for tag, found in self.tags:
            for name, value in found.items():
                yield tag, name, value or ""


EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"


def hostile() -> ReportData:
    evil = f"acme/{EVIL}"
    rules = [{"repo": "b", "reason": EVIL, "until": "2026-01-01"}]
    bad = "javascript:alert(3)"
    return collect(
        [
            survey(evil, "clean", EVIL, request(3, url=bad, to=EVIL), wave=EVIL, wanted=EVIL),
            survey("bare" + EVIL, "candidate", ""),
            survey("b" + EVIL, "refused", "v1", detail=EVIL, wave=EVIL),
            survey("d", "conflict", "v1", request(5, draft=True, conflicts=[EVIL]), edited=[EVIL]),
            survey("e", "conflict", "v1", conflicts={EVIL: EVIL}),
            survey("f", "exempt", "", detail=EVIL),
            survey("g", "current", EVIL, request(9, 1, to=EVIL, before=EVIL)),
            survey(
                "h",
                "clean",
                "v1",
                request(2, url='https://x.example/"onclick="alert(4)'),
                checks=EVIL,
            ),
            survey("j", "clean", "v1", request(2, url="javascript://x.example/%0aalert(6)")),
            survey("i", "clean", "v1", request(2, url="data:text/html,<script>alert(5)</script>")),
        ],
        fleet(exempt=rules, forge={"kind": "local", "owner": EVIL}, template={"source": EVIL}),
        EVIL,
        NOW,
    )


def test_nothing_of_a_repo_is_markup() -> None:
    page = render(hostile())
    reader = Reader(page)
    assert [tag for tag, _ in reader.tags].count("script") == 1
    assert "img" not in {tag for tag, _ in reader.tags}
    assert not [name for _, name, _ in reader.attributes() if name.startswith("on")]
    assert "<script>alert(1)</script>" in reader.text, "it is told, as text"


def test_only_http_becomes_a_link() -> None:
    links = [value for _, name, value in Reader(render(hostile())).attributes() if name == "href"]
    assert len(links) > 0 and all(one.startswith("https://") for one in links)
    assert 'https://x.example/"onclick="alert(4)' in links


def test_names_that_fake_their_direction_or_hold_controls_are_defused() -> None:
    page = render(report(survey("a\u202egpj.exe\x1b[31m\ud800", "candidate", "")))
    assert "a�gpj.exe�[31m�" in page
    assert page.encode()


def test_the_page_needs_nothing_else() -> None:
    page = render(collect(list(made_up(60)), fleet(), "v2.2.0", NOW))
    reader = Reader(page)
    loading = {"src", "srcset", "xlink:href", "action", "background", "poster", "formaction"}
    assert not [one for one in reader.attributes() if one[1] in loading]
    assert not {"link", "iframe", "object", "embed", "base"} & {tag for tag, _ in reader.tags}
    assert {tag for tag, name, _ in reader.attributes() if name == "href"} == {"a"}
    style = page.split("<style>")[1].split("</style>")[0]
    assert not re.search(r"@import|url\(", style)
    script = page.split("<script>")[1].split("</script>")[0]
    assert not re.search(r"fetch|XMLHttp|import\b|https?:", script)
    assert "default-src 'none'" in page


def test_the_one_script_that_may_run_is_ours() -> None:
    page = render(report())
    script = page.split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in page


def test_charts_have_words_for_who_cannot_see_them() -> None:
    data = report(survey("a", "current", "v2", request(9, 1)), survey("b", "clean", "v1"))
    reader = Reader(render(data))
    charts_found = [found for tag, found in reader.tags if tag == "svg"]
    assert len(charts_found) == 2
    for found in charts_found:
        assert found["role"] == "img" and (found.get("aria-label") or found.get("aria-labelledby"))
    labels = str(charts_found[0]["aria-labelledby"]).split()
    ids = {value for _, name, value in reader.attributes() if name == "id"}
    assert set(labels) <= ids
    assert "2026-06-30: 1 on v2, 1 on v1" in reader.text
    assert "1 up to date, 1 not begun" in str(charts_found[1]["aria-label"])


def test_an_empty_fleet_has_a_page() -> None:
    data = report()
    assert data.adoption == () and "0 <small>of 0</small>" in render(data)
    assert Reader(render(data)).text


def test_numbers_are_on_the_page() -> None:
    text = Reader(
        render(
            report(
                survey("a", "current", "v2", request(9, 2.5)),
                survey("b", "clean", "v1", request(8), checks="failure"),
                survey("c", "refused", "v1", detail="the answer seed is no number"),
            )
        )
    ).text
    told = ["open requests, the oldest for 8 days", "median to merge; p90 is 2.5"]
    told += ["need a person: 1 refused · 1 failing CI", "the answer seed is no number"]
    assert [one for one in told if one not in text] == []


def test_a_thousand_repos_fit_and_are_all_there() -> None:
    surveys = list(made_up(1000))
    data = collect(surveys, fleet(), "v2.2.0", NOW)
    page = render(data)
    assert len(page.encode()) < 1_000_000
    assert page == render(collect(surveys, fleet(), "v2.2.0", NOW)), "the same bytes again"
    missing = [one.name for one in surveys if f">{one.name}<" not in page]
    assert missing == []
    Reader(page)


def test_long_lists_are_cut_and_say_so() -> None:
    page = render(report(*(survey(f"r{i}", "clean", "v1", request(3)) for i in range(300))))
    assert "The first 250 of 300" in page
    words = "w" * 5000
    assert len(render(report(survey("a", "refused", "v1", detail=words)))) < 30_000


def made_up(count: int, seed: int = 7) -> Iterator[Survey]:
    """Make a fleet that is in the middle of a rollout of v2.2.0."""
    chance = random.Random(seed)  # noqa: S311
    releases = {"v1.4.0": 400, "v2.0.0": 260, "v2.1.0": 130, "v2.2.0": 24}
    files = ["pyproject.toml", ".github/workflows/ci.yml", "params.yaml", "Makefile", "README.md"]
    words = ["churn", "fraud", "demand", "pricing", "routing", "claims", "search", "ads", "risk"]
    for index in range(count):
        name = f"acme/{chance.choice(words)}-{chance.choice(words)}-{index:04d}"
        wave = "canary" if index % 20 == 0 else "first" if index % 5 == 0 else "all"
        kind = chance.random()
        if kind < 0.05:
            state = chance.choice(["candidate", "exempt", "problem", "failed", "foreign"])
            detail = {"failed": f"{name} does not answer: timed out", "problem": "archived"}
            yield survey(name, state, "", wave=wave, detail=detail.get(state, "frozen"))
            continue
        pace = {"canary": 0.98, "first": 0.85, "all": 0.4}[wave]
        done: list[PullRequest] = []
        at = "v1.3.0"
        for version, ago in releases.items():
            if version == "v2.2.0" and chance.random() > pace:
                break
            opened = ago - chance.random() * 5
            took = min(chance.expovariate(1 / 6), opened)
            url = f"https://github.com/{name}/pull/{len(done) + 1}"
            made = request(opened, took, to=version, before=at, url=url, wave=wave)
            if version == "v2.2.0" and took > 9:
                made = request(opened, to=version, before=at, url=url, wave=wave)
            elif version != "v2.2.0" and chance.random() < 0.12:
                continue
            else:
                at = version
            done.insert(0, made)
        if at == "v2.2.0":
            yield survey(name, "current", at, *done, wave=wave, wanted="v2.2.0")
            continue
        fate = chance.random()
        if fate < 0.12:
            paths = chance.sample(files, chance.randint(1, 3))
            said = dict.fromkeys(paths, "both changed the same lines")
            drafted = request(
                20 - chance.random() * 9,
                to="v2.2.0",
                before=at,
                draft=True,
                conflicts=paths,
                url=f"https://github.com/{name}/pull/9",
            )
            kept = [drafted, *(one for one in done if one.state != "open")]
            yield survey(name, "conflict", at, *kept, wave=wave, conflicts=said, wanted="v2.2.0")
        elif fate < 0.16:
            why = chance.choice(
                ["the answer 'seed' is not taken", "the template wants to run code"]
            )
            yield survey(name, "refused", at, *done, wave=wave, detail=why, wanted="v2.2.0")
        else:
            behind = 1 if at == "v2.1.0" else 2
            edited = chance.sample(files, 1) if fate > 0.9 else ()
            checks = ""
            if done and done[0].state == "open":
                checks = chance.choice(["success", "success", "success", "failure", "pending"])
            yield survey(
                name,
                "clean",
                at,
                *done,
                wave=wave,
                wanted="v2.2.0",
                behind=behind,
                edited=edited,
                checks=checks,
            )
