"""Rules of the migrations folder: what is on the base branch stays as it is, what is new comes after it."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping

from ..migrations.folder import LOCK_FILE, MIGRATION_FILE, is_stray, lock_provider, order
from ..model.values import field, frozen
from .problems import Problem


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
) -> tuple[Problem, ...]:
    """What is wrong with the staged state `after`, given HEAD's `before`.

    `base`: the migrations of the base branch (None: HEAD is the base). `other`: those of the side that is being
    merged, which this commit does not author. `allow_edit`: the reason why history may change; '' forbids it.
    """
    kept = before.migrations if base is None else base
    found: list[Problem] = []
    if not allow_edit:
        found += _changed(before, after, kept, other)
    found += _misplaced(before, after, kept, other)
    found += _untidy(before, after)
    return tuple(found)


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
            fix = f"git restore --staged --worktree {file}"
            found.append(Problem("migration-edited", file, _first_difference(old, new), message, fix))
            continue
        to = moved.get(old.replace("\r\n", "\n"))
        if to is not None:
            message = f"The migration {name} is on the base branch and is renamed to {to}: databases that have run it would run it again."
            fix = f"git mv {posixpath.dirname(after.file(to))} {posixpath.dirname(file)}"
            found.append(Problem("migration-renamed", after.file(to), 1, message, fix))
        else:
            message = f"The migration {name} is on the base branch and is deleted: databases that have run it would no longer match the folder."
            fix = f"git restore --staged --worktree {posixpath.dirname(file)}"
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
    before: Folder, after: Folder, kept: Mapping[str, str], other: Mapping[str, str]
) -> list[Problem]:
    found: list[Problem] = []
    newest = max(kept, key=order, default="")
    lower = {name.lower(): name for name in before.migrations}
    for name in after.migrations:
        if name in before.migrations or name in other:
            continue
        file = after.file(name)
        if name in kept:
            if not same_text(after.migrations[name], kept[name]):
                message = f"The base branch has another migration of the name {name}."
                found.append(Problem("migration-duplicate", file, 1, message, _later(after, name, newest)))
            continue
        twin = lower.get(name.lower())
        if twin is not None and twin in after.migrations:
            message = f"The migration {name} has the name of {twin} but for its case: some file systems keep only one of them."
            found.append(Problem("migration-duplicate", file, 1, message, _later(after, name, newest)))
        elif order(name) < order(newest):
            message = f"The new migration {name} sorts before {newest}, the newest on the base branch: a database built anew would run them in another order."
            found.append(Problem("migration-out-of-order", file, 1, message, _later(after, name, newest)))
    return found


def _later(after: Folder, name: str, newest: str) -> str:
    """The command that gives a migration a name after the newest one."""
    folder = posixpath.dirname(after.file(name))
    return f"git mv {folder} {posixpath.join(after.path, next_name(newest, name))}"


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


def _untidy(before: Folder, after: Folder) -> list[Problem]:
    found: list[Problem] = []
    for file in after.strays:
        if file not in before.strays:
            message = f"{posixpath.basename(file)} is never run: Prisma reads <migration>/{MIGRATION_FILE} and nothing else in this folder."
            found.append(Problem("stray-sql-file", file, 1, message, f"git rm --cached {file}"))
    for name in after.empty:
        if name not in before.empty and not any(
            name == posixpath.basename(posixpath.dirname(f)) for f in after.strays
        ):
            message = f"The migration folder {name} has no {MIGRATION_FILE}: Prisma stops at it (P3015)."
            fix = (
                f"git add {after.file(name)}"
                if name not in before.migrations
                else f"git restore --staged --worktree {after.file(name)}"
            )
            found.append(Problem("migration-file-missing", after.file(name), 0, message, fix))
    if before.provider is not None and after.provider != before.provider:
        lock = posixpath.join(after.path, LOCK_FILE)
        said = f"names {after.provider or 'no provider'}" if after.provider is not None else "is deleted"
        message = f"{LOCK_FILE} {said}; it named {before.provider}, for which these migrations were written."
        found.append(
            Problem("lock-file-changed", lock, 1, message, f"git restore --staged --worktree {lock}")
        )
    return found
