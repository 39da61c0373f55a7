"""Which template of a repo an adoption is about: one on record, or a further one."""

from pathlib import PurePosixPath

from modelyard.adopt.evidence import Evidence
from modelyard.errors import NotReady, Usage
from modelyard.template import places, projects
from modelyard.template.answers import Answers
from modelyard.template.records import find_answers, read_answers
from modelyard.template.source import Version


def find_record(evidence: Evidence, template: str | None, name: str | None) -> Answers | None:
    """Return the record that is meant; None where the template is the first or a further one.

    Args:
        evidence: The repo.
        template: The template that somebody names.
        name: The answers file that somebody names.

    Raises:
        NotReady: The record that is named is of another template, or several could be meant.
        Usage: No answers file is called that.
    """
    repo, scratch = evidence.repo, evidence.scratch
    if name:
        _refuse_name(name)
        if name not in repo.tree:
            return None
        recorded = read_answers(repo, scratch, name)
        if template and not places.is_same(recorded.source, template, repo.project):
            raise _taken(name, recorded.source, template)
        return recorded
    there = projects.at_top(repo, scratch)
    if not there:
        return None
    if not template:
        return find_answers(repo, scratch, None)
    known = [read_answers(repo, scratch, one.path) for one in there]
    of_it = [one for one in known if places.is_same(one.source, template, repo.project)]
    return find_answers(repo, scratch, None) if len(of_it) > 1 else next(iter(of_it), None)


def refuse_taken(evidence: Evidence, path: str, version: Version) -> None:
    """Refuse to record a further template where another one is on record.

    Raises:
        NotReady: There is one already.
    """
    if path in evidence.repo.tree:
        recorded = read_answers(evidence.repo, evidence.scratch, path)
        raise _taken(path, recorded.source, version.title)


def _refuse_name(name: str) -> None:
    if not projects.is_name(name):
        raise Usage(
            f"{name} cannot be an answers file: it must be found again, by a name with 'answers' "
            "in it that ends in .yml, at the top of the repo or in a hidden folder there",
            "--answers-file .copier-answers.NAME.yml",
        )


def _taken(path: str, source: str, template: str) -> NotReady:
    name = PurePosixPath(template.split(" ")[0].rstrip("/")).name.removesuffix(".git")
    return NotReady(
        f"{path} records {source}, not {template}",
        f"a further template has a record of its own: --answers-file .copier-answers.{name}.yml    "
        "# if the first one has moved: modelyard update --template URL_OR_PATH",
    )
