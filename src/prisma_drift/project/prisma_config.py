"""prisma.config.ts and package.json#prisma: what a project tells Prisma, read without running anything."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from ..errors import ProjectError
from ..model.source import Position
from ..model.values import field, frozen
from .files import Files, text_of
from .literals import Computed, Content, Env, Items, Object, Text, Value
from .plain_json import parse_json

_EXTENSIONS = ("js", "ts", "mjs", "cjs", "mts", "cts")
_STEMS = ("prisma7.config", ".config/prisma7", "prisma.config", ".config/prisma", ".config/prisma.config")
"""In Prisma's order (since 7.10, where the file of Prisma 7 may stand beside that of Prisma 8)."""


@frozen
class PrismaConfig:
    """One prisma.config file."""

    file: Path
    content: Object
    environment: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def opaque(self) -> Computed | None:
        """A part of the file that may hold more settings, but only shows when it is run."""
        return self.content.spreads[0] if self.content.spreads else None

    def path(self, *keys: str) -> Path | None:
        """A path under nested keys, made absolute: Prisma takes it relative to the file's own folder."""
        text = self.text(*keys)
        return _joined(self.file.parent, text) if text else None

    def text(self, *keys: str) -> str | None:
        """A string under nested keys; None where it is absent. Raises ProjectError where it is computed."""
        value = self.content.at(*keys)
        if isinstance(value, Env):
            told = self.environment.get(value.variable, value.fallback)
            value = value if told is None else Text(told, value.line)
        if value is None or isinstance(value, Text):
            return value.value if value else None
        raise self.not_literal(keys, value)

    def sql(self, files: Files, *keys: str) -> str | None:
        """A string under nested keys, which may also be the text of a file that is named."""
        value = self.content.at(*keys)
        if not isinstance(value, Content):
            return self.text(*keys)
        try:
            return text_of(files, _joined(self.file.parent, value.path))
        except OSError:
            raise self.not_literal(keys, Computed(f"the text of {value.path}", value.line)) from None

    def strings(self, *keys: str) -> tuple[str, ...]:
        """An array of strings under nested keys; empty where it is absent."""
        value = self.content.at(*keys)
        if value is None:
            return ()
        if isinstance(value, Items):
            found = [item.value for item in value.values if isinstance(item, Text)]
            if len(found) == len(value.values):
                return tuple(found)
        raise self.not_literal(keys, value)

    def url(self) -> Text | Env | None:
        """The database's URL; None where it is absent or computed."""
        value = self.content.at("datasource", "url")
        return value if isinstance(value, Text | Env) else None

    def not_literal(self, keys: tuple[str, ...], value: Value) -> ProjectError:
        setting = ".".join(keys)
        flag, key = {
            "schema": ("--schema", "schema"),
            "migrations.path": ("--migrations", "migrations"),
            "migrations.initShadowDb": ("", "init-shadow-db"),
            "tables.external": ("", "tables.external"),
            "enums.external": ("", "enums.external"),
        }.get(setting, ("", setting))
        text = f" ({value.text})" if isinstance(value, Computed) and value.text else ""
        ways = f"pass {flag}, or " if flag else ""
        return ProjectError(
            f"`{setting}` in {self.file.name} is not a literal value{text}, and this file is read without running it.",
            hint=f"Write it as plain text there, {ways}set `{key}` in prisma-drift.yml.",
            position=Position(str(self.file), value.line),
            id="config-not-literal",
        )


def _joined(folder: Path, path: str) -> Path:
    """Without `..`, links kept: git knows paths by name alone."""
    return Path(os.path.normpath(folder / path))


def find_prisma_config(files: Files, folder: Path, environment: Mapping[str, str]) -> PrismaConfig | None:
    """The prisma.config file that Prisma would take in `folder`; None where there is none."""
    for stem in _STEMS:
        for extension in _EXTENSIONS:
            file = folder / f"{stem}.{extension}"
            if files.is_file(file):
                from .javascript import default_export

                exported = default_export(text_of(files, file))
                if isinstance(exported, Object):
                    return PrismaConfig(file, exported, environment)
                line = exported.line if exported else 1
                computed = Computed("the file's default export", line)
                return PrismaConfig(file, Object({}, line, spreads=(computed,)), environment)
    return None


def package_schema(files: Files, folder: Path) -> Path | None:
    """`prisma.schema` of the package.json in `folder`, made absolute; None where there is none."""
    settings = read_package(files, folder / "package.json").get("prisma")
    schema = settings.get("schema") if isinstance(settings, dict) else None
    return _joined(folder, schema) if isinstance(schema, str) and schema else None


def read_package(files: Files, file: Path) -> dict[str, object]:
    """package.json as a mapping; empty where there is no such file."""
    try:
        content = parse_json(files.read(file).decode("utf-8-sig"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        raise ProjectError(
            f"{file.name} cannot be read: {_why(error)}.",
            hint="Mend the file, or name schema and version with --schema and --prisma-version.",
            position=Position(str(file), line),
        ) from None
    return content if isinstance(content, dict) else {}


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 (byte {error.start})"
    if isinstance(error, json.JSONDecodeError):
        return error.msg
    return (error.strerror if isinstance(error, OSError) else "") or str(error)
