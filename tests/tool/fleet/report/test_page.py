"""The page: everything is on it, and no repo can do harm with it."""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

from modelyard.check.kept import KeptEntry, KeptState
from modelyard.fleet.marks import Doubt, Doubted
from modelyard.fleet.pause import Pause
from modelyard.fleet.report import ReportData, collect, render
from modelyard.fleet.report.data import FleetFacts
from modelyard.fleet.report.page import HERE
from modelyard.fleet.states import RepoState
from modelyard.forges.forge import Repository
from tests.tool.fleet.report.builders import JUDGE, NOW, fleet, made_up, repo, report, request


def test_a_broken_hidden_line_is_no_reason_to_fail() -> None:
    odd = '<!-- modelyard {"version": {}, "before": 1, "base": "", "head": "", "wave": ""} -->'
    (broken,) = JUDGE.judge(Repository("r", "main"), [replace(request(3), body=odd)])
    data = report(repo("a", "clean", "v1", broken))
    # Its branch tells what it is about.
    assert [(one.repo, one.version) for one in data.open_requests] == [("a", "v2")]
    assert not render(data).count("not known")


def test_a_request_that_does_not_count_is_on_the_page() -> None:
    doubted = (Doubted("https://github.com/acme/a/pull/7", "<mallory>", Doubt.OTHER_ACCOUNT),)
    page = render(report(replace(repo("a", "clean", "v1"), doubted=doubted)))
    assert "another account opened it (&lt;mallory&gt;)" in page
    assert '<a href="https://github.com/acme/a/pull/7" rel="noreferrer">a</a>' in page
    script = replace(doubted[0], url="javascript:alert(1)")
    assert "javascript:" not in render(report(replace(repo("a"), doubted=(script,))))


def test_what_is_of_another_template_is_counted_and_listed() -> None:
    there = ("a", "foreign", "v1"), ("b", "foreign", "v1")
    seen = [repo(*one, detail="https://git.example.com/<x>") for one in there]
    page = render(report(*seen, repo("c")))
    assert 'Of other templates <span class="soft">2</span>' in page
    assert "<span>a</span>, <span>b</span>" in page and "git.example.com/&lt;x&gt;" in page
    assert "Of other templates" not in render(report(repo("c")))


def test_behind_edited_and_ci_are_told_of_each_repo() -> None:
    data = report(
        repo("a", "clean", "v1", request(3), behind=2, edited=["Makefile", "x"], checks="failure")
    )
    line = data.repos[0]
    assert (line.behind, line.edited, line.checks) == (2, ("Makefile", "x"), "failure")
    page = render(data)
    names = "<summary>2</summary><span>Makefile</span>, <span>x</span></details>"
    assert names in page and "CI fails" in page


def test_what_is_kept_on_purpose_is_told_with_its_reasons() -> None:
    faster = KeptEntry("Makefile", "", "faster", "v3", KeptState.DEVIATES)
    lint = KeptEntry("pyproject.toml", "tool.ruff.lint", "", "", KeptState.EQUAL)
    data = report(
        repo("a", kept=[faster, lint]), repo("b", kept=[faster]), repo("c", "foreign", kept=[lint])
    )
    found = [(one.name, [name for name, _ in one.repos]) for one in data.kept]
    assert found == [("Makefile", ["a", "b"]), ("pyproject.toml:tool.ruff.lint", ["a"])]
    page = render(data)
    assert "<b>a</b> until v3: faster<br><b>b</b> until v3: faster" in page
    assert "<b>a</b>: no reason" in page and "it can be dropped" in page
    assert "<span>Makefile</span>, <span>pyproject.toml:tool.ruff.lint</span></details>" in page
    assert "Kept on purpose" not in render(report(repo("a")))


def test_the_order_of_observations_is_no_matter() -> None:
    seen = list(made_up(40))
    there, back = (collect(each, fleet(), "v2.2.0", NOW) for each in (seen, seen[::-1]))
    assert render(there) == render(back)
    assert render(there) != render(collect(seen[1:], fleet(), "v2.2.0", NOW))


def test_no_login_of_an_address_is_told() -> None:
    address = "https://bot:hunter2@example.org/t.git"
    data = report(
        repo("a", "failed", "", detail=f"cannot reach {address}"), template={"source": address}
    )
    assert "hunter2" not in render(data)
    assert "cannot reach https://example.org/t.git" in render(data)


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
            repo(evil, "clean", EVIL, request(3, url=bad, to=EVIL), wave=EVIL, wanted=EVIL),
            repo("bare" + EVIL, "candidate", ""),
            repo("b" + EVIL, "refused", "v1", detail=EVIL, wave=EVIL),
            repo("d", "conflict", "v1", request(5, draft=True, conflicts=[EVIL]), edited=[EVIL]),
            repo("e", "conflict", "v1", conflicts={EVIL: EVIL}),
            repo("k", kept=[KeptEntry(EVIL, EVIL, EVIL, EVIL, KeptState.DEVIATES)]),
            repo("f", "exempt", "", detail=EVIL),
            repo("g", "current", EVIL, request(9, 1, to=EVIL, before=EVIL)),
            repo(
                "h",
                "clean",
                "v1",
                request(2, url='https://x.example/"onclick="alert(4)'),
                checks=EVIL,
            ),
            repo("j", "clean", "v1", request(2, url="javascript://x.example/%0aalert(6)")),
            repo("i", "clean", "v1", request(2, url="data:text/html,<script>alert(5)</script>")),
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
    page = render(report(repo("a\u202egpj.exe\x1b[31m\ud800", "candidate", "")))
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
    data = report(repo("a", "current", "v2", request(9, 1)), repo("b", "clean", "v1"))
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
                repo("a", "current", "v2", request(9, 2.5)),
                repo("b", "clean", "v1", request(8), checks="failure"),
                repo("c", "refused", "v1", detail="the answer seed is no number"),
            )
        )
    ).text
    told = ["open requests, the oldest for 8 days", "median to merge; p90 is 2.5"]
    told += ["1 CI red · 1 refused", "the answer seed is no number"]
    assert [one for one in told if one not in text] == []


def test_a_thousand_repos_fit_and_are_all_there() -> None:
    seen = list(made_up(1000))
    data = collect(seen, fleet(), "v2.2.0", NOW)
    page = render(data)
    assert len(page.encode()) < 1_000_000
    assert page == render(collect(seen, fleet(), "v2.2.0", NOW)), "the same bytes again"
    missing = [one.name for one in seen if f">{one.name}<" not in page]
    assert missing == []
    Reader(page)


def test_the_page_begins_with_what_needs_a_person() -> None:
    red = replace(repo("a", "clean", "v1", request(3), checks="failure"), owner="@acme/risk")
    paused = Pause("2026-06-29T10:00:00+00:00", "v2 breaks training")
    data = collect([red, repo("b")], fleet(), "v2", NOW, FleetFacts(paused=paused))
    text = Reader(render(data)).text
    order = ["Rollout of v2", "Paused since 2026-06-29 10:00 UTC: v2 breaks training"]
    order += ["Next step:", "modelyard fleet resume", "Needs a person", "1 CI red"]
    order += ["@acme/risk", "git clone --branch modelyard/v2 a a", "open requests", "Waves"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "Nothing needs a person" in render(report(repo("b")))


def test_what_a_list_does_not_show_it_says() -> None:
    many = [f"f{number:03}" for number in range(60)]
    page = render(report(repo("a", edited=many), *(repo(f"r{n}", "failed") for n in range(300))))
    assert "<summary>60</summary>" in page and "f049" in page and "and 10 more" in page
    assert page.count("The first 250 of 300") == 1
    assert 'title="f0' not in page


def test_long_lists_are_cut_and_say_so() -> None:
    page = render(report(*(repo(f"r{i}", "clean", "v1", request(3)) for i in range(300))))
    assert "The first 250 of 300" in page
    words = "w" * 5000
    assert len(render(report(repo("a", "refused", "v1", detail=words)))) < 30_000


def test_every_state_has_a_colour_by_day_and_by_night() -> None:
    style = (HERE / "page.css").read_text("utf-8")
    for state in RepoState:
        assert f".s-{state} {{ fill: var(--{state}); background: var(--{state}); }}" in style
        assert style.count(f"--{state}: #") == 2
