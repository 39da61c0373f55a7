"""What a report counts, against cases done by hand."""

from dataclasses import replace

from tests.tool.fleet.report.builders import repo, report, request


def test_every_repo_has_one_state_and_waves_add_up() -> None:
    data = report(
        repo("r0", wave="canary"),
        repo("merged", "current", "v2", request(9, 2)),
        repo("open", "clean", "v1", request(3)),
        repo("draft", "conflict", "v1", request(3, draft=True, conflicts=["a"])),
        repo("declined", "clean", "v1", request(3, 1, state="closed")),
        repo("reverted", "clean", "v1", request(3, 1)),
        repo("clean", "clean", "v1"),
        repo("conflict", "conflict", "v1", conflicts={"a": "both changed it"}),
        repo("older", "clean", "v0", request(3, to="v1", before="v0")),
        repo("refused", "refused", "v1", detail="no"),
        repo("failed", "failed", "", detail="hangs"),
        repo("archived", "problem", "", detail="archived"),
        repo("exempt", "exempt", "", detail="frozen, until 2026-07-01"),
        repo("bare", "candidate", ""),
        repo("other", "foreign", "v9"),
    )
    canary, everybody = data.waves
    assert (canary.name, canary.total, canary.counts) == ("canary", 1, {"current": 1})
    assert everybody.counts == {
        "current": 1,
        "open": 1,
        "draft": 1,
        "declined": 1,
        "reverted": 1,
        "clean": 2,
        "conflict": 1,
        "refused": 1,
        "failed": 1,
        "problem": 1,
        "exempt": 1,
    }
    assert everybody.total == 12, "candidates and other templates are in no wave's count"
    assert [one.name for one in data.candidates] == ["bare"]
    assert data.versions == {"v2": 2, "v1": 7, "v0": 1}
    assert list(data.versions) == ["v2", "v1", "v0"], "the newest version is first"
    assert [one.name for one in data.not_updated] == ["archived", "failed", "refused", "reverted"]


def test_a_wave_of_no_settings_is_still_counted() -> None:
    data = report(repo("a", "failed", "v1", wave="old name"))
    assert [(wave.name, wave.total) for wave in data.waves] == [
        ("canary", 0),
        ("all", 0),
        ("old name", 1),
    ]


def test_open_requests_are_told_oldest_first() -> None:
    data = report(
        repo("a", "clean", "v1", request(3.5), checks="failure"),
        repo("b", "conflict", "v1", request(8, draft=True, conflicts=["x", "y"])),
        repo("c", "clean", "v0", request(20, to="v1", before="v0"), checks="failure"),
        repo("d", "current", "v2", request(30, 1)),
    )
    told = [(one.repo, one.age, one.version, one.draft, one.checks) for one in data.open_requests]
    assert told == [
        ("c", 20, "v1", False, ""),
        ("b", 8, "v2", True, ""),
        ("a", 3, "v2", False, "failure"),
    ]
    assert data.open_requests[1].conflicts == ("x", "y")


def test_conflicts_are_counted_by_file_over_repos() -> None:
    both = "both changed it"
    data = report(
        repo("a", "conflict", "v1", conflicts={"x": both, "y": "gone here"}),
        repo("b", "conflict", "v1", conflicts={"y": both}),
        repo("c", "conflict", "v1", conflicts={"y": both}),
        repo("d", "refused", "v1", request(3, draft=True, conflicts=["x"])),
        repo("e", "current", "v2", request(3, 1, conflicts=["x"])),
    )
    told = [(one.path, one.repos, one.reason) for one in data.conflicts]
    assert told == [("y", ("a", "b", "c"), both), ("x", ("a", "d"), both)]


def test_exemptions_carry_reason_and_date_and_those_that_are_over_are_told() -> None:
    rules = [
        {"repo": "a", "reason": "audit", "until": "2026-06-30"},
        {"repo": "b", "reason": "moving", "until": "2026-06-29"},
    ]
    data = report(repo("acme/a", "exempt", "", detail="x"), repo("acme/b"), exempt=rules)
    assert [(one.repo, one.reason, str(one.until)) for one in data.exempt] == [
        ("acme/a", "audit", "2026-06-30")
    ]
    assert [(one.repo, str(one.until)) for one in data.expired] == [("b", "2026-06-29")]


def test_gates_count_what_has_begun_and_what_has_no_request() -> None:
    seen = [
        repo("a", "current", "v2", request(9, 1)),
        repo("b", "clean", "v1", request(9)),
        repo("c", "conflict", "v1", request(9, draft=True, conflicts=["x"])),
        repo("d", "clean", "v1", request(9, 1, state="closed")),
        repo("e", "clean", "v1"),
    ]
    gates = {"merged": 0.3, "conflicts": 0.3}
    told = {one.name: (one.value, one.passed) for one in report(*seen, gates=gates).gates}
    assert told == {
        "merged": ("1 of 5, 1 declined, 1 without a request", False),
        "green": ("", None),
        "default branch": ("", None),
        "conflicts": ("1 of 4", True),
    }
    seen[1] = replace(seen[1], checks="pending")
    assert report(*seen).gates[1].passed is None, "one is known, the other is not"
    seen[2] = replace(seen[2], checks="success")
    measured = report(*seen).gates[1]
    assert (measured.value, measured.passed) == ("2 of 3, 1 running", False)
    assert report(repo("e", "clean", "v1")).gates == ()
