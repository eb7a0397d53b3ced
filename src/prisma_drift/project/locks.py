"""Lock files of the JavaScript package managers: which version of a package a project really has."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from ..model.version import Version
from .files import Files, text_of
from .plain_json import parse_json

_PNPM_IMPORTER = re.compile(r"^  (?:'([^']+)'|\"([^\"]+)\"|([^\s'\"][^:]*)):\s*$")
_PNPM_DEPENDENCY = re.compile(r"^ {2,6}'?(@?[\w./-]+)'?:(?:\s+(\S+))?\s*$")
_PNPM_VERSION = re.compile(r"^\s+version:\s+'?([^\s'(]+)")


def locked_version(
    files: Files, folder: Path, package: str, wanted: str, top: Path
) -> tuple[Version, str] | None:
    """The locked version of `package` as `folder` uses it, and the lock file's name.

    `wanted` is the range in package.json. Lock files are sought from `folder` up to `top`, nearest first.
    """
    for place in _upward(folder, top):
        for name, read in _READERS.items():
            file = place / name
            if files.is_file(file):
                importer = folder.relative_to(place).as_posix()
                found = read(text_of(files, file), package, wanted, importer)
                version = Version.parse(found) if found else None
                if version:
                    return version, name
    return None


def installed_version(files: Files, folder: Path, package: str, top: Path) -> Version | None:
    """The version in node_modules, sought as Node does, from `folder` up to `top`."""
    for place in _upward(folder, top):
        try:
            content = parse_json(files.read(place / "node_modules" / package / "package.json"))
        except (OSError, ValueError):
            continue
        version = content.get("version") if isinstance(content, dict) else None
        if isinstance(version, str):
            return Version.parse(version)
    return None


def _upward(folder: Path, top: Path) -> list[Path]:
    places = [folder, *folder.parents]
    return places[: places.index(top) + 1] if top in places else [folder]


def _npm(text: str, package: str, wanted: str, importer: str) -> str | None:
    """package-lock.json: versions 2 and 3 have `packages` by path, version 1 nested `dependencies`."""
    try:
        content = parse_json(text)
    except ValueError:
        return None
    packages = _mapping(content, "packages")
    places = [] if importer == "." else importer.split("/")
    for depth in range(len(places), -1, -1):
        found = packages.get("/".join([*places[:depth], "node_modules", package]))
        if isinstance(found, dict) and "version" in found:
            return str(found["version"])
    found = _mapping(content, "dependencies").get(package)
    return str(found["version"]) if isinstance(found, dict) and "version" in found else None


def _mapping(content: object, key: str) -> dict[str, object]:
    found = content.get(key) if isinstance(content, dict) else None
    return found if isinstance(found, dict) else {}


def _pnpm(text: str, package: str, wanted: str, importer: str) -> str | None:
    """pnpm-lock.yaml, read line by line: an `importers` entry per folder since version 6, else one list at the top."""
    lines = text.splitlines()
    several = "importers:" in lines
    inside = not several
    section = ""
    seen = False
    for line in lines:
        if line and not line[0].isspace():
            section, seen = line.rstrip(":"), False
            inside = not several
            continue
        if several and section != "importers":
            continue
        if not several and not section.lower().endswith("dependencies"):
            continue
        entry = _PNPM_IMPORTER.match(line)
        if several and entry:
            inside, seen = (entry[1] or entry[2] or entry[3]) == importer, False
            continue
        if not inside:
            continue
        dependency = _PNPM_DEPENDENCY.match(line)
        if dependency:
            seen = dependency[1] == package
            if seen and dependency[2]:
                return dependency[2]
        elif seen and (version := _PNPM_VERSION.match(line)):
            return version[1]
    return _only(re.findall(rf"^  ['\"]?/?{re.escape(package)}[@/](\d[^\s'\"(:_]*)", text, re.MULTILINE))


def _yarn(text: str, package: str, wanted: str, importer: str) -> str | None:
    """yarn.lock, classic (`prisma@^6.0.0:` / `version "6.1.0"`) and berry (`"prisma@npm:^6.0.0":` / `version: 6.1.0`)."""
    found: list[str] = []
    for head, version in re.findall(r'^(\S.*):\n\s+version:? "?([^"\s]+)', text, re.MULTILINE):
        keys = [key.strip().strip('"') for key in head.strip('"').split(",")]
        ranges = [
            key[len(package) + 1 :].removeprefix("npm:") for key in keys if key.startswith(f"{package}@")
        ]
        if wanted.removeprefix("npm:") in ranges:
            return str(version)
        found += [version] if ranges else []
    return _only(found)


def _bun(text: str, package: str, wanted: str, importer: str) -> str | None:
    """bun.lock, JSON with trailing commas: `"prisma": ["prisma@6.1.0", …]`."""
    return _only(
        re.findall(rf'^\s*"{re.escape(package)}": \["{re.escape(package)}@([^"]+)"', text, re.MULTILINE)
    )


def _only(versions: list[str]) -> str | None:
    """The newest, where a lock file holds several and does not say which one is meant."""
    parsed = [(version, text) for text in versions if (version := Version.parse(text))]
    return max(parsed)[1] if parsed else None


_READERS: dict[str, Callable[[str, str, str, str], str | None]] = {
    "package-lock.json": _npm,
    "npm-shrinkwrap.json": _npm,
    "pnpm-lock.yaml": _pnpm,
    "yarn.lock": _yarn,
    "bun.lock": _bun,
}
