"""Projects of Prisma 8 in a commit: the contract's source, contract.json and the migration packages tell one story.

Three rules that nothing of Prisma's own has, told from the index without Node: a source that is staged without its
contract.json, a contract that no package leads to, and a package whose hash does not fit what it holds.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from collections.abc import Iterator, Sequence

from ..errors import DriftError
from ..model.commands import typed
from ..model.values import frozen
from ..project.literals import Computed, Items, Text, Value
from ..project.prisma_config import PrismaConfig, find_prisma_config
from ..project.snapshot import GitFiles, Snapshot, Tree
from ..project.version import keeps_prisma_7
from .problems import Problem

_CONTRACT = "contract.json"
_PACKAGE, _OPERATIONS = "migration.json", "ops.json"
_CONFIGS = tuple(f"prisma.config.{end}" for end in ("js", "ts", "mjs", "cjs", "mts", "cts"))
_SOURCES = ("contract.prisma", "contract.ts")
_BRIDGE = re.compile(r"""prisma7Schema\(\s*["'`]?([^"'`$(),]+)["'`]?\s*\)""")
_EXPONENT = re.compile(r"\d[eE]|\.0+(?!\d)")


@frozen
class _Contract:
    """One project of Prisma 8; paths are from the repository's top."""

    sources: tuple[str, ...]
    """Files, or a folder of them."""
    emitted: str
    """contract.json."""
    migrations: str
    """The folder of the spaces: `<migrations>/app/<package>/`, `<migrations>/snapshots/<hash>/`."""

    def is_source(self, path: str) -> bool:
        return any(path == one or path.startswith(f"{one}/") for one in self.sources)


def contract_problems(snapshot: Snapshot) -> list[Problem]:
    """What is wrong with the projects of Prisma 8 that the commit touches, sorted by file."""
    found = [
        problem
        for contract in _contracts(snapshot)
        for problem in (
            *_not_emitted(contract, snapshot),
            *_without_migration(contract, snapshot),
            *_packages(contract, snapshot),
        )
    ]
    return sorted(found, key=lambda one: (one.file, one.id))


def _contracts(snapshot: Snapshot) -> list[_Contract]:
    """The projects that a prisma.config names, then those that lie in the usual places."""
    index = snapshot.index
    files = GitFiles(snapshot, index)
    found: dict[str, _Contract] = {}
    configs = index.ending(_CONFIGS)
    snapshot.read(configs.values())
    for path in configs:
        name = posixpath.basename(path)
        folder = posixpath.dirname(path)
        if name not in _CONFIGS or "node_modules" in folder.split("/"):
            continue
        try:
            config = find_prisma_config(files, snapshot.repository.root / folder, {})
        except DriftError:
            continue
        named = _named(config, files, index) if config else None
        if named is not None:
            found.setdefault(named.emitted, named)
    known = {source for one in found.values() for source in one.sources}
    for path in index.ending(_SOURCES):
        folder, name = posixpath.split(path)
        emitted = posixpath.join(folder, _CONTRACT)
        if name in _SOURCES and emitted in index and path not in known and emitted not in found:
            top = re.sub(r"(?:^|/)(?:src/)?(?:prisma)?$", "", folder)
            found[emitted] = _Contract((path,), emitted, posixpath.join(top, "migrations"))
    return list(found.values())


def _named(config: PrismaConfig, files: GitFiles, index: Tree) -> _Contract | None:
    """The project that a prisma.config describes; None for one of Prisma 7's, or where it does not tell its contract."""
    folder = files.inside(config.file.parent) or ""
    value = config.content.at("orm", "contract") or config.content.at("contract")
    bridge = _BRIDGE.match(value.text) if isinstance(value, Computed) else None
    if bridge and keeps_prisma_7(files, config.file.parent):
        return None
    written = (bridge[1].strip(),) if bridge else tuple(_texts(value))
    if not written:
        return None
    sources = tuple(_joined(folder, one) for one in written)
    out = config.content.at("orm", "output") or config.content.at("output")
    places = [_joined(folder, out.value)] if isinstance(out, Text) else [posixpath.dirname(sources[0])]
    places += [place for place in (sources[0], _joined(folder, "src/prisma"), folder) if place not in places]
    emitted = [place if place.endswith(".json") else posixpath.join(place, _CONTRACT) for place in places]
    first = next((place for place in emitted if place in index), emitted[0])
    given = config.content.at("orm", "migrations", "dir") or config.content.at("migrations", "dir")
    migrations = _joined(folder, given.value if isinstance(given, Text) else "migrations")
    return _Contract(sources, first, migrations)


def _texts(value: Value | None) -> Iterator[str]:
    for one in value.values if isinstance(value, Items) else (value,):
        if isinstance(one, Text):
            yield one.value


def _joined(folder: str, path: str) -> str:
    joined = posixpath.normpath(posixpath.join(folder, path))
    return "" if joined == "." else joined


def _not_emitted(contract: _Contract, snapshot: Snapshot) -> Iterator[Problem]:
    """A source that changes what it says, staged without contract.json."""
    staged = {one.path for one in snapshot.staged}
    if contract.emitted in staged or contract.emitted not in snapshot.index:
        return
    for one in snapshot.staged:
        if not contract.is_source(one.path) or not one.path.endswith((".prisma", ".ts")):
            continue
        texts = [_plain(snapshot, id, one.path) for id in (one.before, one.after)]
        if texts[0] == texts[1]:
            continue
        yield Problem(
            "contract-not-emitted",
            one.path,
            1 if one.after.strip("0") else 0,
            f"The contract's source changes, and {contract.emitted} is not staged with it.",
            f"`npx prisma contract emit`, then `git add {typed(contract.emitted)}`.",
        )
        return


def _plain(snapshot: Snapshot, id: str, path: str) -> str:
    """A source without what cannot change the contract: comments, white space, generators."""
    if not id.strip("0"):
        return ""
    text = snapshot.text(id, path)
    if path.endswith(".prisma"):
        text = re.sub(r"(?m)^\s*generator\s+\w+\s*\{[^}]*\}", "", text)
    return " ".join(_without_comments(text).split())


_PIECES = re.compile(
    r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|//[^\n]*|/\*.*?\*/""", re.DOTALL
)


def _without_comments(text: str) -> str:
    return _PIECES.sub(lambda found: found[1] or " ", text)


def _without_migration(contract: _Contract, snapshot: Snapshot) -> Iterator[Problem]:
    """A contract that no package of the application's leads to, where there are packages and this commit is to blame."""
    packages = _app_packages(contract, snapshot.index)
    wanted = _storage_hash(snapshot, snapshot.index, contract.emitted)
    if not packages or wanted is None:
        return
    if wanted in _targets(snapshot, snapshot.index, packages):
        return
    before = _app_packages(contract, snapshot.head)
    had = _storage_hash(snapshot, snapshot.head, contract.emitted)
    if had == wanted and had not in _targets(snapshot, snapshot.head, before):
        return  # as it was before this commit
    yield Problem(
        "contract-without-migration",
        contract.emitted,
        1,
        f"No package in {contract.migrations}/app leads to this contract (storage hash {wanted[:12]}…): a database that runs"
        " them all does not have what the application expects.",
        f"`npx prisma migration plan`, then `git add {typed(contract.migrations)}`.",
    )


def _app_packages(contract: _Contract, tree: Tree) -> list[str]:
    below = tree.below(f"{contract.migrations}/app")
    return [path for path in below if path.endswith(f"/{_PACKAGE}")]


def _storage_hash(snapshot: Snapshot, tree: Tree, path: str) -> str | None:
    content = _json(snapshot, tree, path)
    storage = content.get("storage") if isinstance(content, dict) else None
    found = storage.get("storageHash") if isinstance(storage, dict) else None
    return _bare(found) if isinstance(found, str) else None


def _targets(snapshot: Snapshot, tree: Tree, packages: Sequence[str]) -> set[str]:
    snapshot.read(tree[path] for path in packages)
    contents = (_json(snapshot, tree, path) for path in packages)
    return {_bare(str(one.get("to"))) for one in contents if isinstance(one, dict)}


def _bare(hash: str) -> str:
    """A hash without the name of its kind, which some releases write in front (`sha256:…`)."""
    return hash.rpartition(":")[2]


def _packages(contract: _Contract, snapshot: Snapshot) -> Iterator[Problem]:
    """Staged packages of any space whose own hash is not that of what they hold, or whose contract is not kept."""
    index, start = snapshot.index, f"{contract.migrations}/"
    touched = {
        posixpath.dirname(one.path)
        for one in snapshot.staged
        if one.path.startswith(start) and posixpath.basename(one.path) in (_PACKAGE, _OPERATIONS)
    }
    for folder in sorted(touched):
        file = f"{folder}/{_PACKAGE}"
        content, operations = (_json(snapshot, index, f"{folder}/{name}") for name in (_PACKAGE, _OPERATIONS))
        if not isinstance(content, dict) or operations is None:
            continue  # taken away, or no JSON, which Prisma itself says
        said = content.get("migrationHash")
        held = package_hash(content, operations)
        if isinstance(said, str) and held is not None and _bare(said) != held:
            yield Problem(
                "package-hash",
                file,
                _line_of(snapshot.text(index[file], file), '"migrationHash"'),
                f"The package's hash is not that of what it holds: {_PACKAGE} or {_OPERATIONS} was changed by hand, and Prisma"
                " refuses to run it.",
                f"`node {typed(folder)}/migration.ts` writes both anew, then `git add {typed(folder)}`.",
            )
        to = content.get("to")
        kept = f"{start}snapshots/{_bare(to)}/{_CONTRACT}" if isinstance(to, str) else ""
        if kept and folder.startswith(f"{start}app/") and kept not in index:
            yield Problem(
                "package-without-snapshot",
                file,
                _line_of(snapshot.text(index[file], file), '"to"'),
                f"The contract that the package leads to is not kept: {kept} is not staged.",
                f"`git add {typed(start + 'snapshots')}`; where it is not there, `npx prisma migration plan` writes it.",
            )


def package_hash(content: dict[str, object], operations: object) -> str | None:
    """Prisma 8's migrationHash of a package: SHA-256 of both files in canonical JSON (keys sorted, no blanks).

    None where a number is written as no JavaScript program would write it again.
    """
    rest = {key: value for key, value in content.items() if key != "migrationHash"}
    texts = [_canonical(rest), _canonical(operations)]
    if any(text is None for text in texts):
        return None
    return _sha(json.dumps([_sha(text) for text in texts if text is not None], separators=(",", ":")))


def _canonical(value: object) -> str | None:
    if any(isinstance(one, float) and _EXPONENT.search(repr(one)) for one in _leaves(value)):
        return None
    return json.dumps(_sorted(value), separators=(",", ":"), ensure_ascii=False)


def _sorted(value: object) -> object:
    """Keys in JavaScript's order: by UTF-16 units."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: str(key).encode("utf-16-be", "surrogatepass"))
        return {key: _sorted(value[key]) for key in keys}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


def _leaves(value: object) -> Iterator[object]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    if inner is None:
        yield value
        return
    for one in inner:
        yield from _leaves(one)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _json(snapshot: Snapshot, tree: Tree, path: str) -> object:
    """A file's value; None where it is not there or no JSON."""
    id = tree.get(path)
    if id is None:
        return None
    try:
        found: object = json.loads(snapshot.bytes(id))
    except (ValueError, RecursionError):
        return None
    return found


def _line_of(text: str, word: str) -> int:
    at = text.find(word)
    return text.count("\n", 0, at) + 1 if at >= 0 else 1
