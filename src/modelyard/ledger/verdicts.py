"""Says of one file of the base, or of one added file, where it went and whether that is right."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from modelyard.gitrepo.trees import Tree
from modelyard.ledger import moved
from modelyard.ledger.conflicts import moved_aside
from modelyard.ledger.context import AuditContext
from modelyard.ledger.files import Versions, compare, user_lines
from modelyard.ledger.loss import Loss, LossKind
from modelyard.ledger.renames import Moves
from modelyard.merged import Notice
from modelyard.reasons import NoticeReason


@dataclass
class Verdict:
    """What became of one file: what is wrong, what the report has to name, and where it is."""

    about: tuple[str, ...]
    losses: list[Loss] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    places: set[str] = field(default_factory=set)


class Ledger(AuditContext):
    """Judges what became of each file."""

    def judge(self, path: str) -> Verdict:
        """Judge a file of the base, under the likeliest of its renames that balances."""

        def options(side: Tree, moves: Moves) -> list[str | None]:
            if path in side:
                return [path]
            # A doubtful rename that the result touched is more likely than none.
            doubts = moves.options(path)
            return [one.path for one in sorted(doubts, key=lambda one: one.path not in self.open)]

        first: Verdict | None = None
        for mine in options(self.ours, self.mine):
            for other in options(self.theirs, self.templates):
                verdict = self._judge(path, mine, other)
                if not verdict.losses:
                    return verdict
                first = first or verdict
        assert first is not None  # noqa: S101
        return first

    def _judge(self, path: str, mine: str | None, other: str | None) -> Verdict:
        paths = tuple(dict.fromkeys(p for p in (path, mine, other) if p))
        verdict = Verdict(paths)
        if mine and other:
            self._both_keep(verdict, path, mine, other)
        elif mine:
            self._template_deleted(verdict, path, mine)
        else:
            self._user_deleted(verdict, path, other)
        return verdict

    def _both_keep(self, verdict: Verdict, path: str, mine: str, other: str) -> None:
        file = Versions(self.base.get(path), self.ours[mine], self.theirs[other])
        around = {*verdict.about, *self.carried([mine, other])}
        disputed = self.disputes.about(around)
        wanted = [other] if mine == path else [mine] if other == path else [mine, other]
        places = [p for p in (*wanted, *self.carried([mine, other])) if p in self.merged.tree]
        if disputed:
            # The merge of a file that has to make way for a folder is moved aside.
            places += [p for p in self.merged.tree if moved_aside(p, around) and self.is_new(p)]
        # Where one side renamed the folder too, both may have meant the same place.
        apart = mine != path != other != mine and not {mine, other} & {*self.carried([mine, other])}
        if apart and not disputed:
            verdict.losses.append(Loss(LossKind.BOTH_RENAMED, f"{mine}, the template to {other}"))
        tried = None
        backed = self.left_to_a_person(file, around)
        merged, untold = self.decided(file, places)
        for place in dict.fromkeys(places):
            result = self.merged.tree[place]
            problems = [*untold, *compare(merged, result, place, self.read, disputed, backed)]
            if not problems:
                verdict.places |= {place} | (around if disputed else set())
                if not disputed:
                    verdict.notices += moved.notices(merged, result, place, self.read)
                if mine not in (path, place, other) and mine in self.merged.tree and not disputed:
                    about = f"{place}; a copy is at {mine}"
                    verdict.losses.append(Loss(LossKind.COPY_STAYS, about))
                return
            tried = tried or problems
        if self.has_collision(around) and (backed or self.merged_in_a_stage(file, around)):
            verdict.places |= set(places)
            return
        if backed and not self.has_markers(file, places):
            # A file without markers shows one side whole; nothing else may stand there.
            shown = self.moved_aside(around, (file.ours, file.theirs))
            if not set(places) - shown:
                verdict.places |= shown
                return
        if disputed and (both := self.both_stand(file, mine, other)):
            verdict.places |= {mine, other} | both
            return
        pieces = self.pieces(path, file, other)
        if pieces:
            verdict.places |= pieces
            return
        verdict.places |= set(places)
        gone = Loss(LossKind.USER_FILE_GONE, lines=user_lines(file, self.read))
        verdict.losses += tried or [gone]

    def _template_deleted(self, verdict: Verdict, path: str, mine: str) -> None:
        file = Versions(self.base[path], self.ours[mine], None)
        around = {path, mine, *self.carried([mine])}
        there = [p for p in (mine, *self.carried([mine])) if p in self.merged.tree]
        if file.ours == file.base and mine == path:
            if there and not self.disputes.about(around):
                verdict.places.add(mine)
                verdict.losses.append(Loss(LossKind.TEMPLATE_DELETED_STAYS))
            return
        for place in there:
            if self.merged.tree[place] == file.ours:
                verdict.places.add(place)
                if not self.disputes.about(around):
                    verdict.notices.append(_kept(place, None if mine == path else mine))
                return
        aside = self.moved_aside(around, [file.ours])
        alone = not there or self.has_collision(around) or bool(aside)
        if alone and self.disputes.about(around) and self.held(file, 2, around):
            verdict.places |= around | aside
            return
        pieces = self.pieces(path, file, None)
        if pieces:
            verdict.places |= pieces
            return
        verdict.places |= set(there)
        kind = LossKind.USER_CHANGE if there else LossKind.USER_FILE_DELETED
        verdict.losses.append(Loss(kind, lines=user_lines(file, self.read)))

    def _user_deleted(self, verdict: Verdict, path: str, other: str | None) -> None:
        theirs = self.theirs[other] if other else None
        around = {path, *self.carried([other]), *([other] if other else [])}
        back = sorted(p for p in around if p in self.merged.tree and p not in self.ours)
        # A file that the template adds anew where another was is the template's own.
        back = [p for p in back if p == other or p not in self.theirs]
        verdict.places |= set(back)
        file = Versions(self.base[path], None, theirs)
        if self.disputes.about(around) and (back or self.held(file, 3, around)):
            verdict.places |= self.moved_aside(around, [theirs])
            return
        if back:
            where = "" if back == [path] else f" as {back[0]}"
            verdict.losses.append(Loss(LossKind.USER_DELETED_BACK, where))
        elif other and (theirs != self.base[path] or other != path):
            verdict.notices.append(Notice(path, NoticeReason.DELETED_NOT_APPLIED))

    def judge_added(self, path: str) -> Verdict:
        """Judge a file that is not in the base: added by the user, by the template or by both."""
        file = Versions(None, self.ours.get(path), self.theirs.get(path))
        places = [p for p in (path, *self.carried([path])) if p in self.merged.tree]
        around = {path, *self.carried([path])}
        disputed = self.disputes.about(around)
        verdict = Verdict((path,), places=set(places))
        tried = None
        backed = self.left_to_a_person(file, around)
        for place in places:
            problems = self._added_problems(file, place, disputed, backed)
            if not problems:
                verdict.places = {place} | (around if disputed else set())
                if place != path and not disputed:
                    verdict.notices.append(Notice(place, NoticeReason.FOLDER_MOVED, path))
                return verdict
            tried = tried or problems
        if backed and self.has_collision(around):
            return verdict
        if backed and not self.has_markers(file, places):
            shown = self.moved_aside(around, (file.ours, file.theirs))
            if not set(places) - shown:
                verdict.places = shown
                return verdict
        if tried:
            verdict.losses += tried
        elif file.ours:
            lines = user_lines(file, self.read)
            verdict.losses.append(Loss(LossKind.USER_ADDED_GONE, lines=lines))
        else:
            verdict.losses.append(Loss(LossKind.TEMPLATE_ADDED_GONE))
        return verdict

    def _added_problems(
        self, file: Versions, place: str, disputed: bool, backed: bool
    ) -> list[Loss]:
        result = self.merged.tree[place]
        if disputed and result in (file.ours, file.theirs) and None in (file.ours, file.theirs):
            return []
        problems = compare(file, result, place, self.read, disputed, backed)
        if not problems or not disputed:
            return problems
        both = self.collision(place)
        if both.base is None and both.ours and both.theirs:
            # A rename brought another file here, which may be a merge itself.
            mine = self.held(file, 2, [place]) or self.is_merge_of_renamed(both.ours, place)
            other = self.held(file, 3, [place]) or self.is_merge_of_renamed(both.theirs, place)
            if backed or (mine and other):
                return compare(both, result, place, self.read, True, True)
        return problems

    def concerned(self, verdict: Verdict) -> list[str]:
        """List the files that a verdict is about, in whichever version they are."""
        paths = dict.fromkeys((*verdict.about, *sorted(verdict.places)))
        # What git moved aside has the name of a side at its end.
        aside = [path.rpartition("~")[0] for path in paths]
        sides = (self.ours, self.base, self.theirs)
        return [path for path in (*paths, *aside) if any(path in side for side in sides)]

    def unaccounted(self, verdicts: Iterable[Verdict]) -> list[Verdict]:
        """Find files in the result, and stages, that no version of theirs explains."""
        placed = {place for verdict in verdicts for place in verdict.places}
        found = []
        for path in sorted(self.open.intersection(self.merged.tree) - placed - self.aside()):
            if path in self.base and path not in self.ours:
                kind = LossKind.USER_MOVED_BACK
            elif path in self.base and path not in self.theirs:
                kind = LossKind.TEMPLATE_MOVED_STAYS
            else:
                kind = LossKind.UNEXPLAINED
            found.append(Verdict((path,), [Loss(kind)]))
        found += [
            Verdict((path,), [Loss(LossKind.DECISION_OF_NONE)])
            for (path, *oids), made in self.merged.resolutions.items()
            if made.path != path or not self.is_of_file(path, oids)
        ]
        for one in self.merged.stages:
            if one.stage != 2 or one.path not in self.base or one.path not in self.ours:
                continue
            sides = (self.base, self.ours, self.theirs)
            file = Versions(*(side.get(one.path) for side in sides))
            if not self.held(file, 2, [one.path]):
                found.append(Verdict((one.path,), [Loss(LossKind.USER_STAGE)]))
        return found


def _kept(place: str, moved_to: str | None) -> Notice:
    if moved_to is None:
        return Notice(place, NoticeReason.DELETED_BY_TEMPLATE)
    return Notice(place, NoticeReason.DELETED_AND_MOVED, moved_to)
