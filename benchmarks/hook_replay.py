"""Real histories, commit by commit, through the commit hook's check: what it stops, and what it should have.

usage: hook_replay.py [--truth] [--git N] [--json FILE] BUNDLE...

Each BUNDLE is a git bundle of a project's `prisma/` folder, with NAME.verdicts.json beside it: what Prisma's engine
says of each commit, oldest first (`exit` 0 in step, 2 drift). Three rates are printed:

(a) a commit that is in step, as its parent is, must pass; each false alarm is listed;
(b) the same commit with its migrations taken out, or with any one statement of them taken out, must be stopped;
    statements without effect on what Prisma sees, and those that cannot be read, are counted apart;
(c) a commit that drifts while its parent was in step must be stopped.

--truth runs what passes in (b) on a shadow database, to tell a statement without effect from a miss.
--git N also runs N commits of each bundle through git and the real command, and compares.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from prisma_drift.diff.rules import Rules
from prisma_drift.errors import DriftError
from prisma_drift.git.repository import Repository
from prisma_drift.hook.folder import Folder, changed_names
from prisma_drift.hook.lowering import lower_both
from prisma_drift.hook.projects import Project, find_projects
from prisma_drift.hook.review import Review, State, review
from prisma_drift.hook.states import state_in
from prisma_drift.migrations.facts import AddConstraint, Data, Neutral, Opaque, OtherConstraint
from prisma_drift.migrations.statements import read_statement, split
from prisma_drift.model.values import replace
from prisma_drift.model.version import LATEST
from prisma_drift.project import Flags
from prisma_drift.project.snapshot import Snapshot, tree_of
from prisma_drift.replay.effect import StagedSql


@dataclass(frozen=True)
class Commit:
    """A commit of a bundle, and the engine's word on it."""

    id: str
    exit: int | None
    state: State | None
    """None where there is no project yet."""
    project: Project | None


class Bundle:
    """A cloned bundle; blobs are read once."""

    def __init__(self, path: Path, folder: Path) -> None:
        self.name = path.stem
        self.folder = folder / self.name
        subprocess.run(
            ["git", "clone", "-q", "--no-checkout", "-b", "main", str(path), str(self.folder)], check=True
        )
        self.verdicts = json.loads(path.with_name(f"{self.name}.verdicts.json").read_text())

    def git(self, *arguments: str) -> bytes:
        return subprocess.run(
            ["git", "-C", str(self.folder), *arguments], check=True, capture_output=True
        ).stdout

    def commits(self) -> Iterator[Commit]:
        repository = Repository(self.folder)
        for verdict in self.verdicts:
            tree = tree_of(repository, verdict["commit"])
            snapshot = Snapshot(repository, tree, tree, (), None, ())
            projects = find_projects(
                snapshot,
                Flags(path=str(self.folder), prisma_version=str(LATEST)),
                {},
                list(tree.ending((".prisma", ".sql"))),
            )
            if not projects:
                yield Commit(verdict["commit"], verdict.get("exit"), None, None)
                continue
            state = state_in(projects[0], snapshot, tree)
            yield Commit(verdict["commit"], verdict.get("exit"), state, projects[0])


class Shadow:
    """Tells what a changed migration really builds."""

    def __init__(self, stack: ExitStack) -> None:
        from prisma_drift.postgres.server.server import parse_shadow, server

        self._server = stack.enter_context(server(parse_shadow("embedded")))
        self._built: tuple[tuple[StagedSql, ...], object] | None = None

    def verdict(self, before: State, staged: list[StagedSql], after: State) -> str:
        """`in step`, `drift`, or `fails`."""
        from prisma_drift.pipeline.compare import compare
        from prisma_drift.postgres.apply.migrations import MigrationText, apply

        old = tuple(_sql(before.folder))
        if self._built is None or self._built[0] != old:
            if self._built is not None:
                self._server.drop_database(self._built[1])  # type: ignore[arg-type]
            database = self._server.create_database()
            apply(database, [MigrationText(m.name, m.file, m.sql) for m in old])
            self._built = (old, database)
        copy = self._server.create_database(template=self._built[1])  # type: ignore[arg-type]
        try:
            apply(copy, [MigrationText(m.name, m.file, m.sql) for m in staged])
            expected = lower_both((), after.schema, LATEST, "public")[1]
            with copy.connect(default_schema="public") as connection:
                return (
                    "drift" if compare(connection, expected, Rules(LATEST)).difference.changes else "in step"
                )
        except DriftError:
            return "fails"
        finally:
            self._server.drop_database(copy)


def _sql(folder: Folder, without: frozenset[str] = frozenset()) -> list[StagedSql]:
    names = sorted(set(folder.migrations) - without, key=str.encode)
    return [StagedSql(name, folder.file(name), folder.migrations[name]) for name in names]


def stopped(found: Review, *, folder: bool = False) -> bool:
    """Whether the commit is stopped; `folder`: by a rule of the migrations folder."""
    if folder:
        return any(problem.severity == "error" for problem in found.problems)
    return found.coverage is not None and bool(found.coverage.missing or found.coverage.refused)


def unsure(found: Review) -> bool:
    return found.coverage is not None and bool(found.coverage.unsure)


def with_migrations(state: State, migrations: dict[str, str]) -> State:
    return State(state.schema, replace(state.folder, migrations=migrations))


def replay(bundle: Bundle, shadow: Shadow | None, notes: list[str]) -> Counter[str]:
    """Counts for one bundle; `notes` gets a line for each false alarm and each miss."""
    counts: Counter[str] = Counter()
    last: Commit | None = None
    for commit in bundle.commits():
        before, last = last, commit
        if before is None or before.state is None or commit.state is None or commit.project is None:
            continue
        step = (before.exit, commit.exit)
        if step not in ((0, 0), (0, 2)):
            counts["other steps"] += 1
            continue
        found = review(commit.project, before.state, commit.state)
        by_folder = stopped(found, folder=True)
        lenient = (
            review(commit.project, before.state, commit.state, allow_edit="replay") if by_folder else found
        )
        label = f"{bundle.name} {commit.id[:10]}"
        if step == (0, 2):
            counts["c"] += 1
            if stopped(found) or by_folder:
                counts["c stopped"] += 1
            else:
                counts["c unreadable" if unsure(found) else "c missed"] += 1
                notes.append(f"(c) {label}: drift passes{' (unreadable)' if unsure(found) else ''}")
            continue
        counts["a"] += 1
        if by_folder:
            counts["a stopped by a folder rule"] += 1
            rules = ", ".join(sorted({problem.id for problem in found.problems}))
            notes.append(f"(a) {label}: {rules}")
        if stopped(lenient):
            counts["a false alarms"] += 1
            notes.append(f"(a) {label}: FALSE ALARM")
        elif not changed_names(before.state.folder, commit.state.folder):
            _take_out(bundle, before.state, commit, shadow, counts, notes)
    return counts


def _take_out(
    bundle: Bundle,
    before: State,
    commit: Commit,
    shadow: Shadow | None,
    counts: Counter[str],
    notes: list[str],
) -> None:
    after, project = commit.state, commit.project
    assert after is not None and project is not None
    known = before.folder.migrations
    new = [name for name in sorted(after.folder.migrations) if name not in known]
    label = f"{bundle.name} {commit.id[:10]}"
    without = review(project, before, with_migrations(after, dict(known)))
    if not new or without.coverage is None or not without.coverage.left.changes:
        return  # nothing that a migration would have to do
    counts["b migrations"] += 1
    if stopped(without):
        counts["b migrations stopped"] += 1
    else:
        notes.append(f"(b) {label}: passes without its migrations")
    for name in new:
        sql = after.folder.migrations[name]
        for statement in split(sql):
            rest = sql[: statement.offset] + sql[statement.end_offset :]
            migrations = {**after.folder.migrations, name: rest}
            found = review(project, before, with_migrations(after, migrations), allow_edit="replay")
            counts["b statements"] += 1
            if stopped(found):
                counts["b statements stopped"] += 1
                continue
            facts = read_statement(statement)
            if unsure(found) or any(isinstance(fact, Opaque) for fact in facts):
                counts["b statements unreadable"] += 1
            elif all(_unseen(fact) for fact in facts):
                counts["b statements without effect"] += 1
            else:
                staged = [StagedSql(n, after.folder.file(n), migrations[n]) for n in new]
                truth = shadow.verdict(before, staged, after) if shadow else "not run"
                if truth == "in step":
                    counts["b statements without effect"] += 1
                else:
                    counts[f"b statements missed ({truth})"] += 1
                    notes.append(
                        f"(b) {label}: passes without `{' '.join(statement.text.split())[:120]}` ({truth})"
                    )


def _unseen(fact: object) -> bool:
    """Rows, and objects that Prisma's language has no word for."""
    if isinstance(fact, AddConstraint):
        return isinstance(fact.constraint, OtherConstraint)
    return isinstance(fact, Data | Neutral)


def through_git(bundle: Bundle, wanted: int, notes: list[str]) -> Counter[str]:
    """The same check by the real command on a real index, on evenly spread commits."""
    counts: Counter[str] = Counter()
    pairs = []
    last: Commit | None = None
    for commit in bundle.commits():
        if last is not None and last.state is not None and commit.state is not None:
            pairs.append((last, commit))
        last = commit
    for before, commit in pairs[:: max(1, len(pairs) // max(wanted, 1))][:wanted]:
        assert before.state is not None and commit.state is not None and commit.project is not None
        bundle.git("checkout", "-q", "--detach", "-f", before.id)
        bundle.git("read-tree", commit.id)
        environment = os.environ | {
            "PRISMA_DRIFT_PRISMA_VERSION": str(LATEST),
            "PRISMA_DRIFT_BASE": before.id,
        }
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                "import sys; from prisma_drift.cli import entry; sys.exit(entry())",
                "hook",
            ],
            cwd=bundle.folder,
            env=environment,
            capture_output=True,
            check=False,
        )
        found = review(commit.project, before.state, commit.state)
        same = done.returncode == (2 if stopped(found) or stopped(found, folder=True) else 0)
        counts["git agrees" if same else "git differs"] += 1
        if not same:
            notes.append(
                f"(git) {bundle.name} {commit.id[:10]}: exit {done.returncode}\n{done.stdout.decode()}"
            )
    return counts


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Replay histories through the commit hook's check.")
    parser.add_argument("bundles", nargs="+", type=Path)
    parser.add_argument("--truth", action="store_true")
    parser.add_argument("--git", type=int, default=0, metavar="N")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(argv)
    total: Counter[str] = Counter()
    notes: list[str] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        shadow = Shadow(stack) if options.truth else None
        for path in options.bundles:
            bundle = Bundle(path, folder)
            counts = replay(bundle, shadow, notes)
            if options.git:
                counts += through_git(bundle, options.git, notes)
            print(bundle.name, dict(sorted(counts.items())), flush=True)
            total += counts
    print("\n".join(notes))
    for key, value in sorted(total.items()):
        print(f"{value:6} {key}")
    seen = total["b statements"] - total["b statements without effect"] - total["b statements unreadable"]
    if seen:
        print(f"statements with effect, readable: {total['b statements stopped']} of {seen} stopped")
    if options.json:
        options.json.write_text(
            json.dumps({"counts": dict(sorted(total.items())), "notes": notes}, indent=2) + "\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
