"""The migrations folder as values: which migrations there are, in which order, and what is untidy about the folder."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from ..beneath import OutsideError, Reader, inside, read_anywhere
from ..beneath import folder as beneath_folder
from ..errors import DriftError
from ..model.source import Position
from ..model.values import frozen
from ..model.version import LATEST, Version
from .folder import LOCK_FILE, MIGRATION_FILE, PROVIDER_NOT_FOUND, is_stray, lock_provider, order
from .separable import separable, without_effect

_TRANSACTION_BOUND = re.compile(
    r"(?i)\b(?:local|constraints|on\s+commit|set_config|\w*advisory_xact_lock\w*)\b"
)
_BOUND_SIGNS = ("local", "constraints", "commit", "set_config", "advisory_xact_lock")
"""What a text that it matches holds: found many times faster."""
_STAMP = re.compile(r"[0-9]{14}\Z").match
"""How `prisma migrate dev` begins the names of migrations."""


@frozen
class Migration:
    """One migration: a direct sub-folder of the migrations folder and the SQL in it."""

    name: str
    """The folder's name, as it stands in `_prisma_migrations`."""
    folder: str
    """Path of the folder, as the caller's path of the migrations folder began."""
    file: str
    """Path of its migration.sql."""
    sql: str
    """The file's text, unchanged: line ends as they are, a byte order mark kept (Prisma keeps it too)."""

    @property
    def bom(self) -> bool:
        """Whether the text begins with a byte order mark, which Postgres refuses."""
        return self.sql.startswith("\ufeff")

    @property
    def checksum(self) -> str:
        """What Prisma stores for the file: SHA-256 of its UTF-8 text, 64 lower-case hex digits."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    def matches(self, stored: str) -> bool:
        """Whether a checksum in `_prisma_migrations` stands for this text.

        Line ends may differ, as git rewrites them; very old Prisma versions stored each byte as unpadded hex.
        """
        unix = self.sql.replace("\r\n", "\n")
        for text in (self.sql, unix, unix.replace("\n", "\r\n")):
            digest = hashlib.sha256(text.encode())
            legacy = "".join(f"{byte:x}" for byte in digest.digest())
            if stored == (digest.hexdigest() if not stored or len(stored) == 64 else legacy):
                return True
        return False


@frozen
class Hygiene:
    """Something untidy in the folder that does not keep it from being read."""

    id: str
    """kebab-case, the id of a finding."""
    severity: str
    """error | warning | note"""
    object: str
    """The migration's name, or the file's path inside the folder."""
    message: str
    hint: str
    position: Position


@frozen
class History:
    """All migrations of a folder, oldest first."""

    folder: str
    migrations: tuple[Migration, ...]
    """In the order in which the project's Prisma runs them."""
    lock_provider: str | None = None
    """The provider that migration_lock.toml names; None where there is no such file."""
    hygiene: tuple[Hygiene, ...] = ()
    """Sorted by file, line and id."""

    def migration(self, name: str) -> Migration | None:
        return next((m for m in self.migrations if m.name == name), None)


def read_history(folder: Path | str, version: Version = LATEST, *, root: Path | None = None) -> History:
    """The history in `folder`, read from disk; a folder that does not exist holds no migrations, as for Prisma.

    `version`: the Prisma whose order the migrations run in. With `root`, a folder beneath it is read without following
    a link that leads out of it.

    Raises DriftError `migration-file-missing` (a sub-folder without migration.sql), `migration-encoding` (not
    UTF-8, or a NUL byte) and `migrations-unreadable` (permissions, a file where the folder should be).
    """
    shown = str(folder)
    if root is None or not _lies_in(root, Path(shown)):
        return history_of(
            shown, *_content(shown, lambda *names: read_anywhere(_join(shown, *names))), version
        )
    with Reader(root, Path(shown)) as reader:
        return history_of(shown, *_content(shown, reader.read), version)


LARGEST = 48 << 20
"""Bytes of all migration files: each is held as bytes, as text, and as statements."""


def _content(folder: str, read: Callable[..., bytes]) -> tuple[dict[str, bytes], list[str], list[str]]:
    """The files of a migrations folder as `history_of` takes them, and the names of its folders and links."""
    files: dict[str, bytes] = {}
    names: list[str] = []
    links: list[str] = []
    size = 0
    for entry in _scan(folder):
        if entry.is_dir(follow_symlinks=False):
            names.append(entry.name)
            if size > LARGEST:
                raise DriftError(
                    f"The migrations together are larger than {LARGEST >> 20} MiB.",
                    hint="Migrations that load rows belong elsewhere; `prisma-drift baseline` writes one in place of a long history.",
                    position=Position(folder, 1),
                    id="file-refused",
                )
            for inner in _scan(entry.path):
                wanted = inner.name == MIGRATION_FILE
                if inner.is_file() and (wanted or inner.name.endswith(".sql")):
                    files[f"{entry.name}/{inner.name}"] = (
                        _read(inner.path, read, entry.name, inner.name) if wanted else b""
                    )
                    size += len(files[f"{entry.name}/{inner.name}"])
        elif entry.is_dir():
            links.append(entry.name)
        elif entry.name == LOCK_FILE:
            files[LOCK_FILE] = _read(entry.path, read, LOCK_FILE)
        elif entry.name.endswith(".sql"):
            files[entry.name] = b""
    return files, names, links


def history_of(
    folder: str,
    files: Mapping[str, bytes],
    names: Iterable[str] = (),
    links: Iterable[str] = (),
    version: Version = LATEST,
) -> History:
    """The history made of `files`: paths inside `folder`, with `/`, and their bytes, from disk or from git.

    `names` are sub-folders that exist besides those that `files` implies (git knows no empty ones), `links`
    sub-folders that are symbolic links, which Prisma passes over. Files other than migration.sql and the lock
    file may come with any bytes: only their names matter.
    """
    folders = set(names) | {path.split("/", 1)[0] for path in files if "/" in path}
    migrations = tuple(_migration(folder, name, files) for name in _ordered(folders, version))
    provider = lock_provider(files[LOCK_FILE]) if LOCK_FILE in files else None
    hygiene = [
        *_lock_hygiene(folder, files, migrations),
        *(_stray(folder, path) for path in files if is_stray(path)),
        *(_link(folder, name) for name in links),
        *(_marked(m) for m in migrations if m.bom),
        *_unclear_order(migrations, version),
        *(h for m in migrations if version.deploys_by_statement for h in _alone(m, version)),
    ]
    hygiene.sort(key=lambda h: (h.position, h.id))
    return History(folder, migrations, provider, tuple(hygiene))


def _ordered(names: Iterable[str], version: Version) -> list[str]:
    return sorted(names, key=lambda name: order(name, version))


_LONGEST_PROVIDER = 60


def provider_mismatch(history: History, provider: str) -> Hygiene | None:
    """What to say where the lock file names another provider than the schema (Prisma's P3019)."""
    wanted = "postgresql" if provider == "postgres" else provider
    found = history.lock_provider
    if found is None or found == wanted:
        return None
    named = (
        "no provider"
        if found == PROVIDER_NOT_FOUND
        else f"the provider {found if len(found) <= _LONGEST_PROVIDER else found[:_LONGEST_PROVIDER] + '…'}"
    )
    return Hygiene(
        "lock-file-mismatch",
        "error",
        LOCK_FILE,
        f"{LOCK_FILE} names {named}, but the schema's datasource is {wanted}.",
        f'Write `provider = "{wanted}"` there if these migrations are for {wanted}; otherwise start a new migrations folder.',
        Position(_join(history.folder, LOCK_FILE), 1),
    )


def _migration(folder: str, name: str, files: Mapping[str, bytes]) -> Migration:
    path = _join(folder, name, MIGRATION_FILE)
    content = files.get(f"{name}/{MIGRATION_FILE}")
    if content is None:
        raise DriftError(
            f"The migration folder {name} has no {MIGRATION_FILE}.",
            id="migration-file-missing",
            hint="Every folder in the migrations folder is a migration, and Prisma stops at this one (P3015): "
            f"restore its {MIGRATION_FILE} from version control, or delete the folder.",
            position=Position(path, 1),
        )
    return Migration(name, _join(folder, name), path, _decode(path, content))


def _decode(path: str, content: bytes) -> str:
    """The text of a migration. Postgres can take neither other encodings (sent as UTF-8) nor NUL bytes."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        offset = error.start
        what = f"{path} is not UTF-8: byte 0x{content[offset]:02x} at offset {offset}."
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            what = f"{path} is UTF-16, not UTF-8 (its byte order mark says so, at offset 0)."
        raise _encoding_error(path, content, offset, what) from None
    if "\0" in text:
        offset = content.index(0)
        raise _encoding_error(path, content, offset, f"{path} holds a NUL byte at offset {offset}.")
    return text


def _encoding_error(path: str, content: bytes, offset: int, message: str) -> DriftError:
    start = content.rfind(b"\n", 0, offset) + 1
    column = len(content[start:offset].decode("utf-8", "replace")) + 1
    return DriftError(
        message,
        id="migration-encoding",
        hint="Save the file as UTF-8. If the migration has been applied somewhere, its checksum changes: "
        "`prisma-drift gate` says how to bring the history of that database in line.",
        position=Position(path, content.count(b"\n", 0, offset) + 1, column),
    )


def _lock_hygiene(
    folder: str, files: Mapping[str, bytes], migrations: tuple[Migration, ...]
) -> Iterable[Hygiene]:
    if LOCK_FILE in files or not migrations:
        return
    yield Hygiene(
        "lock-file-missing",
        "warning",
        LOCK_FILE,
        f"The migrations folder has no {LOCK_FILE}.",
        f'Commit a {LOCK_FILE} with the line `provider = "postgresql"`: `prisma migrate diff` refuses the folder without it.',
        Position(_join(folder, LOCK_FILE), 1),
    )


def _stray(folder: str, path: str) -> Hygiene:
    return Hygiene(
        "stray-sql-file",
        "warning",
        path,
        f"{path} is never run: Prisma reads <migration>/{MIGRATION_FILE} and nothing else.",
        f"Move its statements into a migration's {MIGRATION_FILE}, or the file out of the migrations folder.",
        Position(_join(folder, *path.split("/")), 1),
    )


def _link(folder: str, name: str) -> Hygiene:
    return Hygiene(
        "migration-is-link",
        "warning",
        name,
        f"{name} is a symbolic link, and Prisma passes over links in the migrations folder.",
        "Replace the link with the folder that it points to.",
        Position(_join(folder, name), 1),
    )


def _marked(migration: Migration) -> Hygiene:
    return Hygiene(
        "migration-bom",
        "warning",
        migration.name,
        f"{migration.name}/{MIGRATION_FILE} begins with a UTF-8 byte order mark, which Postgres takes for part of the first word.",
        "Save the file as UTF-8 without a byte order mark.",
        Position(migration.file, 1),
    )


def _alone(migration: Migration, version: Version) -> Iterable[Hygiene]:
    """Prisma since 7.4 runs each statement in a transaction of its own, in which some have no effect."""
    lowered = migration.sql.lower()
    if not (any(sign in lowered for sign in _BOUND_SIGNS) and _TRANSACTION_BOUND.search(migration.sql)):
        return
    statement = without_effect(separable(migration.sql))
    if statement is None:
        return
    begins = " ".join(statement.text.split())
    shown = begins if len(begins) <= 60 else f"{begins[:59]}…"
    yield Hygiene(
        "transaction-per-statement",
        "warning",
        migration.name,
        f"Prisma {version} runs each statement of {migration.name} in a transaction of its own: what `{shown}` does is over before the next begins.",
        "Put BEGIN; in front and COMMIT; behind the statements that belong together.",
        Position(migration.file, statement.line, statement.column),
    )


def _unclear_order(migrations: tuple[Migration, ...], version: Version) -> Iterable[Hygiene]:
    """Prisma's order of names is another one since 6.6: `1_a` before `10_b`."""
    stamps = {m.name[:14] for m in migrations}
    if len(stamps) == len(migrations) and all(_STAMP(stamp) for stamp in stamps):
        return  # the digits decide, in either order
    other = Version(6, 5) if version.sorts_alphabetically else LATEST
    ranked = sorted(migrations, key=lambda m: order(m.name, other))
    for here, there in zip(migrations, ranked, strict=True):
        if here is not there:
            since, before = "in Prisma since 6.6", "in Prisma before 6.6"
            ours, theirs = (since, before) if version.sorts_alphabetically else (before, since)
            yield Hygiene(
                "migration-order-unclear",
                "warning",
                here.name,
                f"{here.name} runs before {there.name} here and {ours}, but after it {theirs}.",
                "Give migrations names that begin with a timestamp of 14 digits, as `prisma migrate dev` does.",
                Position(here.file, 1),
            )
            return


def _scan(folder: str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _unreadable(folder, error) from None


def _read(path: str, read: Callable[..., bytes], *names: str) -> bytes:
    try:
        return read(*names)
    except OSError as error:
        raise _unreadable(path, error) from None


def _lies_in(root: Path, folder: Path) -> bool:
    """Whether `folder` lies beneath `root` by its name; DriftError where a link leads it elsewhere."""
    try:
        inside(root, folder)
    except OutsideError:
        return False
    try:
        beneath_folder(root, folder)
    except OutsideError as error:
        raise _unreadable(str(folder), error) from None
    return True


def _unreadable(path: str, error: OSError) -> DriftError:
    return DriftError(
        f"{path} cannot be read: {error.strerror or error}.",
        id="migrations-unreadable",
        hint="Check that it is a folder and who may read it, or name another one with --migrations.",
        position=Position(path, 1),
    )


def _join(folder: str, *parts: str) -> str:
    return os.path.join("" if folder == "." else folder, *parts)  # noqa: PTH118 (a Path for each migration takes long)
