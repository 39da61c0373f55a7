"""Who may make a repo in some subgroup takes no other repo's place, whatever he calls it."""

from modelyard.fleet import waves
from modelyard.fleet.config import Wave

CANARY, REST = Wave(name="canary", repos=("churn",)), Wave(name="rest", share=1.0)


def test_a_repo_of_the_same_name_takes_nobodys_place_in_a_wave() -> None:
    alone = waves.assign(["team/churn", "team/price"], [CANARY, REST]).waves
    assert alone["team/churn"] == "canary"
    for other in ("team/a/churn", "team/zz/churn", "a/churn"):
        both = waves.assign(sorted([*alone, other]), [CANARY, REST]).waves
        assert both["team/churn"] == "canary"


def test_a_full_name_is_of_one_repo() -> None:
    full = Wave(name="canary", repos=("team/churn",))
    found = waves.assign(["team/churn", "team/zz/churn", "zz/team/churn"], [full, REST]).waves
    assert [name for name, wave in found.items() if wave == "canary"] == ["team/churn"]
