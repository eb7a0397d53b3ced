"""Which version of Prisma a project has, and whether it is one whose format is not schema.prisma any more."""

from __future__ import annotations

import re
from pathlib import Path

from ..errors import ProjectError
from ..model.source import Position
from ..model.version import LATEST, Version
from .files import Files, text_of
from .literals import Computed, Text
from .locks import installed_version, locked_version
from .prisma_config import PrismaConfig, read_package

PRISMA_8 = "prisma-8-contract"
"""The error's id where a project is Prisma 8's."""
_PACKAGES = ("@prisma/prisma7", "prisma", "@prisma/client")
"""The first one found tells; `@prisma/prisma7` is the CLI of Prisma 7 kept beside Prisma 8."""
_SECTIONS = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
_EXACT = re.compile(r"=?v?\d+\.\d+\.\d+(?:[-+][\w.-]+)?")
_CONTRACT_FILES = ("contract.prisma", "contract.json", "contract.ts")
_CONTRACT_FOLDERS = (".", "prisma", "src/prisma", "src")


def parse_version(text: str, source: str) -> Version:
    """A version given by a person (`6.19.0`, `6.19`, `7`); anything without a number is a ProjectError."""
    version = Version.parse(text)
    if version is None:
        raise ProjectError(
            f"{text[:60]!r} ({source}) is no version of Prisma.",
            hint="Write it as in package.json, for instance 6.19.0.",
        )
    return version


def find_version(files: Files, project: Path, top: Path) -> tuple[Version, str]:
    """The version and the name of the file that told it, from `project` up to `top`; else the newest and `default`."""
    folder: Path | None = project
    while folder is not None:
        dependencies = _dependencies(files, folder)
        for package in _PACKAGES:
            if package in dependencies:
                found = _refined(files, folder, package, dependencies[package], top)
                if found:
                    return found
        folder = None if folder in (top, folder.parent) else folder.parent
    return LATEST, "default"


def is_range(files: Files, project: Path, top: Path) -> bool:
    """Whether package.json asks for a range of versions, of which only a lock file would tell the one."""
    for folder in (project, *project.parents):
        dependencies = _dependencies(files, folder)
        wanted = next((dependencies[name] for name in _PACKAGES if name in dependencies), None)
        if wanted is not None:
            return not _EXACT.fullmatch(wanted)
        if folder == top:
            break
    return True


def _refined(files: Files, folder: Path, package: str, wanted: str, top: Path) -> tuple[Version, str] | None:
    exact = Version.parse(wanted)
    if exact and _EXACT.fullmatch(wanted):
        return exact, "package.json"
    locked = locked_version(files, folder, package, wanted, top)
    if locked:
        return locked
    installed = installed_version(files, folder, package, top)
    if installed:
        return installed, "node_modules"
    return (exact, "package.json") if exact else None


def _dependencies(files: Files, folder: Path) -> dict[str, str]:
    content = read_package(files, folder / "package.json")
    found: dict[str, str] = {}
    for section in reversed(_SECTIONS):
        entries = content.get(section)
        if isinstance(entries, dict):
            found |= {str(name): wanted for name, wanted in entries.items() if isinstance(wanted, str)}
    return found


def refuse_contract(
    files: Files,
    project: Path,
    schema: Path | None,
    config: PrismaConfig | None,
    *,
    version: Version | None = None,
) -> None:
    """Raise ProjectError `prisma-8-contract` where the project is Prisma 8's.

    Certain signs only: the schema itself says so in its first lines, prisma.config names a `contract`, there is no
    schema.prisma at all but a contract file with Prisma 8's packages, or the project depends on Prisma 8 without
    `@prisma/prisma7`. With that package a project that keeps its schema.prisma is read as Prisma 7. `version`: of the
    Prisma that the project depends on, or that somebody named, which wins.
    """
    kept = keeps_prisma_7(files, project)
    sign = _contract_sign(files, project, schema, config, kept=kept)
    if sign is None and schema is not None and version is not None and version.major >= 8:
        sign = project / "package.json"
    if sign:
        raise ProjectError(
            f"This project is Prisma 8's ({sign.name}): its migrations are packages with the SQL in ops.json, and its "
            "prisma/migrations, where there still is one, is applied by nothing any more.",
            id=PRISMA_8,
            hint="prisma-drift reads projects of Prisma 4 to 7, and of Prisma 7 kept beside 8 as `@prisma/prisma7`. Here "
            "`npx prisma db verify --strict` is the check that sees drift.",
            position=Position(str(sign), 1),
        )


def keeps_prisma_7(files: Files, project: Path) -> bool:
    """Whether Prisma 7's command line is kept beside Prisma 8."""
    return "@prisma/prisma7" in _dependencies(files, project)


def _contract_sign(
    files: Files, project: Path, schema: Path | None, config: PrismaConfig | None, *, kept: bool
) -> Path | None:
    if schema and files.is_file(schema):
        head = text_of(files, schema)[:400].lstrip()
        if schema.name == "contract.prisma" or re.match(r"//\s*use prisma-(?:next|8)\b", head):
            return schema
    if config and not config.file.name.startswith("prisma7"):
        bridge = config.content.at("orm", "contract") or config.content.at("contract")
        if isinstance(bridge, Computed) and bridge.text.startswith("prisma7Schema(") and not kept:
            return config.file
        named = bridge
        if isinstance(named, Text):
            contract = config.file.parent / named.value
            if schema is None or contract.resolve() == schema.resolve():
                return config.file
        if schema is None and config.content.called == "definePrismaConfig":
            return config.file
    if schema is None:
        for extension in ("ts", "js", "mts", "mjs"):
            if files.is_file(project / f"prisma-next.config.{extension}"):
                return project / f"prisma-next.config.{extension}"
        if any(
            re.match(r"prisma-next$|@prisma-next/|@prisma/orm-", name)
            for name in _dependencies(files, project)
        ):
            for folder in _CONTRACT_FOLDERS:
                for name in _CONTRACT_FILES:
                    if files.is_file(project / folder / name):
                        return project / folder / name
    return None
