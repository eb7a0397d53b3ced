"""Rules of the migrations folder: what is on the base branch stays as it is, what is new comes after it."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from ..migrations.folder import LOCK_FILE, MIGRATION_FILE, is_stray, lock_provider, order
from ..model.commands import typed
from ..model.counted import counted
from ..model.values import field, frozen
from ..replay.effect import StagedSql
from .problems import Problem

_MOST_DELETED = 3
"""Deleted migrations that are told one by one."""


@frozen
class Folder:
    """A migrations folder at one point."""

    path: str
    migrations: Mapping[str, str]
    """Name → SQL text; may fetch it only when it is asked for."""
    ids: Mapping[str, str] = field(default_factory=dict)
    """Name → what is the same where the text is (git's blob id), where that is known without reading it."""
    strays: tuple[str, ...] = ()
    """Paths of other .sql files in it."""
    empty: tuple[str, ...] = ()
    """Names of folders in it that hold files but no migration.sql."""
    provider: str | None = None
    """What the lock file names; None where there is none."""
    waiting: tuple[str, ...] = ()
    """Those of `empty` whose migration.sql is in the work tree, not staged."""

    def file(self, name: str) -> str:
        return posixpath.join(self.path, name, MIGRATION_FILE)


class Texts(Mapping[str, str]):
    """Migrations by name, each read when it is asked for."""

    def __init__(self, files: Mapping[str, str], read: Callable[[str], str]) -> None:
        self._files, self._read = files, read

    def __getitem__(self, name: str) -> str:
        return self._read(self._files[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def __contains__(self, name: object) -> bool:
        return name in self._files


def folder_of(path: str, files: Mapping[str, str], read: Callable[[str], str] | None = None) -> Folder:
    """The folder made of `files`: paths from the top of the repository and their texts.

    With `read`, the values are blob ids, and it gives the text of a path.
    """
    read = read or files.__getitem__
    start = path + "/"
    migrations: dict[str, str] = {}
    strays: list[str] = []
    names: set[str] = set()
    provider = None
    for file in sorted(files):
        if not file.startswith(start):
            continue
        inside = file[len(start) :]
        name, _, rest = inside.partition("/")
        if rest:
            names.add(name)
        if rest == MIGRATION_FILE:
            migrations[name] = file
        elif inside == LOCK_FILE:
            provider = lock_provider(read(file).encode())
        elif is_stray(inside):
            strays.append(file)
    ids = {name: files[file] for name, file in migrations.items()}
    empty = tuple(sorted(names - set(migrations)))
    return Folder(path, Texts(migrations, read), ids, tuple(strays), empty, provider)


def check_folder(
    before: Folder,
    after: Folder,
    base: Mapping[str, str] | None,
    other: Mapping[str, str],
    allow_edit: str = "",
    strict: bool = False,
) -> tuple[Problem, ...]:
    """What is wrong with the staged state `after`, given HEAD's `before`.

    `base`: the migrations of the base branch (None: HEAD is the base). `other`: those of the side that is being
    merged, which this commit does not author. `allow_edit`: the reason why history may change; '' forbids it.
    `strict`: the order counts also where it makes no difference.
    """
    kept = before.migrations if base is None else base
    changed = _changed(before, after, kept, other)
    counts = Counter(problem.id for problem in changed)
    if changed and allow_edit:
        changed = [_allowed(changed, before, after, allow_edit)]
    elif counts["migration-deleted"] > _MOST_DELETED:
        changed = [*(one for one in changed if one.id != "migration-deleted"), _deleted(before, changed)]
    rewritten = bool(changed) and bool(allow_edit)
    found = [*changed]
    found += _misplaced(before, after, kept, other, "note" if rewritten else "error" if strict else "")
    found += _untidy(before, after)
    return tuple(found)


def _deleted(before: Folder, changed: Sequence[Problem]) -> Problem:
    """The one problem of many migrations that are deleted."""
    gone = [problem for problem in changed if problem.id == "migration-deleted"]
    names = [posixpath.basename(posixpath.dirname(problem.file)) for problem in gone]
    first, last = min(names, key=order), max(names, key=order)
    message = f"{len(gone)} migrations of the base branch are deleted, {first} to {last}: databases that have run them would no longer match the folder."
    # `--overlay` leaves alone what is new in the folder, such as the one migration of a squash.
    fix = f"git restore --overlay --staged --worktree {typed(before.path)}"
    return gone[0]._replace(message=message, fix=fix)


def _allowed(changed: Sequence[Problem], before: Folder, after: Folder, reason: str) -> Problem:
    """The one note for a history that changes for a reason: edited, squashed, renamed."""
    counts = Counter(problem.id.removeprefix("migration-") for problem in changed)
    what = " and ".join(f"{number} {word}" for word, number in sorted(counts.items()))
    noun = "migration" if len(changed) == 1 else "migrations"
    message = (
        f"History changes, as is allowed ({' '.join(reason.split())}): {what} {noun} of the base branch."
    )
    added = [name for name in after.migrations if name not in before.migrations]
    fix = ""
    if counts.keys() == {"deleted"} and added:
        names = " && ".join(
            f"npx prisma migrate resolve --applied {typed(name)}" for name in sorted(added, key=order)
        )
        fix = f"On each database that has run the old ones, once: {names}"
    return changed[0]._replace(message=message, fix=fix, severity="note")


def changed_names(before: Folder, after: Folder) -> tuple[str, ...]:
    """Migrations of HEAD that are edited or gone."""
    return tuple(name for name in before.migrations if not _same(before, after, name))


def _same(before: Folder, after: Folder, name: str) -> bool:
    if name not in after.migrations:
        return False
    known = before.ids.get(name)
    if known is not None and known == after.ids.get(name):
        return True
    return same_text(before.migrations[name], after.migrations[name])


def same_text(one: str, other: str) -> bool:
    """Equal but for line ends, which git rewrites."""
    return one.replace("\r\n", "\n") == other.replace("\r\n", "\n")


def _changed(
    before: Folder, after: Folder, kept: Mapping[str, str], other: Mapping[str, str]
) -> list[Problem]:
    found: list[Problem] = []
    names = changed_names(before, after)
    if not names:
        return []
    moved = {
        text.replace("\r\n", "\n"): name
        for name, text in after.migrations.items()
        if name not in before.migrations
    }
    for name in names:
        old, new = before.migrations[name], after.migrations.get(name)
        if name not in kept or (name in other and new is not None and same_text(new, other[name])):
            continue
        file = before.file(name)
        if new is not None:
            message = f"The migration {name} is on the base branch and must stay as it is: databases that have run it will not run it again."
            fix = f"git restore --staged --worktree {typed(file)}"
            found.append(Problem("migration-edited", file, _first_difference(old, new), message, fix))
            continue
        to = moved.get(old.replace("\r\n", "\n"))
        if to is not None:
            message = f"The migration {name} is on the base branch and is renamed to {to}: databases that have run it would run it again."
            fix = f"git mv {typed(posixpath.dirname(after.file(to)))} {typed(posixpath.dirname(file))}"
            found.append(Problem("migration-renamed", after.file(to), 1, message, fix))
        else:
            message = f"The migration {name} is on the base branch and is deleted: databases that have run it would no longer match the folder."
            fix = f"git restore --staged --worktree {typed(posixpath.dirname(file))}"
            found.append(Problem("migration-deleted", file, 0, message, fix))
    return found


def _first_difference(old: str, new: str) -> int:
    """The first line of `new` that is not as in `old`, 1-based."""
    olds, news = old.splitlines(), new.splitlines()
    for number, (one, other) in enumerate(zip(olds, news, strict=False), 1):
        if one != other:
            return number
    return max(1, min(len(olds), len(news)) + (len(news) > len(olds)))


def _misplaced(
    before: Folder, after: Folder, kept: Mapping[str, str], other: Mapping[str, str], order_is: str
) -> list[Problem]:
    """Migrations that sort before one of the base branch, or have the name of one.

    `order_is`: error | note whatever the two touch; '' asks whether their order makes a difference.
    """
    found: list[Problem] = []
    standing = {name for name in kept if name in after.migrations or name not in before.migrations}
    newest = max(standing, key=order, default="")
    lower = {name.lower(): name for name in before.migrations}
    free = newest
    for name in sorted(after.migrations, key=order):
        # A merge puts the branch's own migrations beside those that the base has gained.
        is_new = name not in before.migrations or (bool(other) and name not in kept)
        if not is_new or name in other:
            continue
        file = after.file(name)
        if name in kept:
            if not same_text(after.migrations[name], kept[name]):
                message = f"The base branch has another migration of the name {name}."
                found.append(Problem("migration-duplicate", file, 1, message, _later(after, name, newest)))
            continue
        twin = lower.get(name.lower())
        if twin is not None and twin != name and twin in after.migrations:
            message = f"The migration {name} has the name of {twin} but for its case: some file systems keep only one of them."
            found.append(Problem("migration-duplicate", file, 1, message, _later(after, name, newest)))
        elif order(name) < order(newest):
            # Several keep their own order.
            free = next_name(free, name)
            fix = _move(after, name, free)
            passed = sorted((one for one in standing if order(one) > order(name)), key=order)
            texts = {one: kept[one] if one in kept else after.migrations[one] for one in passed}
            found.append(_early(after, name, texts, newest, order_is)._replace(fix=fix))
    return found


def _early(after: Folder, name: str, passed: Mapping[str, str], newest: str, order_is: str) -> Problem:
    """The problem with a migration that sorts before `passed`: none to speak of where they may run in any order."""
    from .order import first_met

    file = after.file(name)
    own = StagedSql(name, file, after.migrations[name])
    met = first_met(own, [StagedSql(one, after.file(one), text) for one, text in passed.items()])
    start = f"The new migration {name} sorts before {newest}, the newest on the base branch"
    if met is None:
        many = f"the {counted(len(passed), 'migration')} that it precedes" if len(passed) > 1 else "that one"
        message = f"{start}; it touches nothing that {many} names, so any order ends the same."
        return Problem("migration-out-of-order", file, 1, message, severity=order_is or "note")
    which, what = met
    why = f"{which} touches {what} too" if what else f"what {which} and it do cannot be told apart"
    message = f"{start}, and {why}: a database built anew would run them in another order."
    return Problem("migration-out-of-order", file, 1, message, severity=order_is or "error")


def _later(after: Folder, name: str, newest: str) -> str:
    """The command that gives a migration a name after the newest one."""
    return _move(after, name, next_name(newest, name))


def _move(after: Folder, name: str, to: str) -> str:
    return f"git mv {typed(posixpath.join(after.path, name))} {typed(posixpath.join(after.path, to))}"


def next_name(newest: str, name: str) -> str:
    """`name` with a timestamp after that of `newest`; now, if that is later."""
    from datetime import UTC, datetime, timedelta

    stamp = datetime.now(UTC)
    digits = newest[:14]
    if len(digits) == 14 and digits.isdigit():
        try:
            stamp = max(stamp, datetime.fromisoformat(f"{digits[:8]}T{digits[8:]}Z") + timedelta(seconds=1))
        except ValueError:
            return f"{int(digits) + 1}_{_plain(name)}"
    return f"{stamp:%Y%m%d%H%M%S}_{_plain(name)}"


def _plain(name: str) -> str:
    head, _, tail = name.partition("_")
    return tail if head.isdigit() and tail else name


def _filled(before: Folder, after: Folder, name: str) -> str:
    """The command for a folder that has no migration.sql: the file is there, was there, or the folder is none of a migration."""
    if name in before.migrations:
        return f"git restore --staged --worktree {typed(after.file(name))}"
    if name in after.waiting:
        return f"git add {typed(after.file(name))}"
    return f"git rm -r --cached {typed(posixpath.join(after.path, name))}"


def _untidy(before: Folder, after: Folder) -> list[Problem]:
    found: list[Problem] = []
    for file in after.strays:
        if file not in before.strays:
            message = f"{posixpath.basename(file)} is never run: Prisma reads <migration>/{MIGRATION_FILE} and nothing else in this folder."
            found.append(Problem("stray-sql-file", file, 1, message, f"git rm --cached {typed(file)}"))
    for name in after.empty:
        if name not in before.empty and not any(
            name == posixpath.basename(posixpath.dirname(f)) for f in after.strays
        ):
            message = f"The migration folder {name} has no {MIGRATION_FILE}: Prisma stops at it (P3015), here and on every database."
            found.append(
                Problem("migration-file-missing", after.file(name), 0, message, _filled(before, after, name))
            )
    if before.provider is not None and after.provider != before.provider:
        lock = posixpath.join(after.path, LOCK_FILE)
        said = f"names {after.provider or 'no provider'}" if after.provider is not None else "is deleted"
        message = f"{LOCK_FILE} {said}; it named {before.provider}, for which these migrations were written."
        found.append(
            Problem("lock-file-changed", lock, 1, message, f"git restore --staged --worktree {typed(lock)}")
        )
    return found
