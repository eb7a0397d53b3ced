"""prisma-drift.yml read: every key known, every type checked, every mistake with its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ..errors import ProjectError
from ..model.source import Position
from .files import Files
from .settings import FAIL_ON, STRATEGIES, Settings

_MOST_BYTES = 1 << 20
"""YAML is read at a megabyte a second or less."""


def read_settings(files: Files, file: Path) -> Settings:
    """The file's settings; paths in it are relative to its folder. Raises ProjectError with file and line."""
    try:
        data = files.read(file)
        if len(data) > _MOST_BYTES:
            raise ProjectError(
                f"{file.name} is larger than a megabyte.",
                hint="docs/config.md shows a whole file.",
                id="settings-invalid",
                position=Position(str(file), 1),
            )
        text = data.decode("utf-8-sig")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except FileNotFoundError:
        raise ProjectError(
            f"There is no settings file {file}.", hint="Check the path after --config."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise ProjectError(f"{file} cannot be read: {why}.") from None
    except RecursionError:
        raise ProjectError(
            f"{file.name} is nested too deeply.",
            hint="docs/config.md shows a whole file.",
            id="settings-invalid",
            position=Position(str(file), 1),
        ) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise ProjectError(
            f"{file.name} is not valid YAML: {getattr(error, 'problem', None) or error}.",
            hint="Mend the line; docs/config.md shows a whole file.",
            position=Position(str(file), line, mark.column + 1 if mark else 1),
        ) from None
    if root is None:
        return Settings(file)
    return _Reader(file).settings(root, _TOP)


class _Reader:
    """Turns YAML nodes into Settings; nodes know their lines, plain values do not."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def settings(self, node: Node, keys: dict[str, str]) -> Settings:
        values: dict[str, Any] = {"file": self.file, "lines": {}}
        for key, value in self.mapping(node, tuple(keys)):
            name = keys[key]
            values["lines"][key] = value.start_mark.line + 1
            if key in ("tables", "enums"):
                for _, entries in self.mapping(value, ("external",), f"{key}."):
                    values[name] = self.strings(entries, f"{key}.external")
            elif key == "backfill":
                values[name] = self.expressions(value)
            elif key == "allow":
                values[name] = self.reasons(value)
            elif key == "projects":
                values[name] = self.projects(value)
            else:
                values[name] = _CONVERT.get(key, _Reader.text)(self, value, key)
        return Settings(**values)

    def projects(self, node: Node) -> tuple[Settings, ...]:
        if not isinstance(node, SequenceNode):
            raise self.error(node, "`projects` must be a list of projects.")
        found = tuple(self.settings(entry, _ENTRY) for entry in node.value)
        for entry, settings in zip(node.value, found, strict=True):
            if settings.path is None:
                raise self.error(entry, "A project needs a `path`: its folder, relative to this file.")
        return found

    def expressions(self, node: Node) -> tuple[tuple[str, str], ...]:
        """`Model.field: expression`, each noted with its line."""
        if not isinstance(node, MappingNode):
            raise self.error(
                node, "`backfill` must be fields and SQL expressions: `User.name: lower(email)`."
            )
        found: dict[str, str] = {}
        for key, value in node.value:
            name = str(key.value)
            model, _, field = name.partition(".")
            if not model or not field or name in found:
                said = "is there twice" if name in found else "is no field: write `Model.field`"
                raise self.error(key, f"`backfill.{name}` {said}.")
            found[name] = self.text(value, f"backfill.{name}")
        return tuple(sorted(found.items()))

    def reasons(self, node: Node) -> tuple[tuple[str, str, int], ...]:
        """`ID: reason` or `ID:OBJECT: reason`, each noted with its line."""
        if not isinstance(node, MappingNode):
            raise self.error(node, "`allow` must be hazards and reasons: `table-rewrite:User: it is small`.")
        found = []
        for key, value in node.value:
            reason = self.text(value, f"allow.{key.value}").strip()
            if not reason:
                raise self.error(key, f"`allow.{key.value}` gives no reason.")
            found.append((str(key.value), reason, key.start_mark.line + 1))
        return tuple(found)

    def mapping(self, node: Node, known: tuple[str, ...], prefix: str = "") -> list[tuple[str, Node]]:
        if not isinstance(node, MappingNode):
            raise self.error(
                node, f"{f'`{prefix[:-1]}`' if prefix else 'A project'} must be keys and values."
            )
        found: list[tuple[str, Node]] = []
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                raise self.error(key, "The name of a setting is one word.")
            name = str(key.value)
            if name not in known:
                raise self.error(key, f"`{prefix}{name}` is not a setting.", _did_you_mean(name, known))
            if name in [seen for seen, _ in found]:
                raise self.error(key, f"`{prefix}{name}` is there twice.")
            found.append((name, value))
        return found

    def text(self, node: Node, key: str) -> str:
        """A scalar as it is written: `prisma-version: 6.10` stays 6.10."""
        if not isinstance(node, ScalarNode) or node.tag.endswith((":null", ":bool")):
            raise self.error(node, f"`{key}` must be text.")
        return str(node.value)

    def location(self, node: Node, key: str) -> Path:
        return self.file.parent / self.text(node, key)

    def strategy(self, node: Node, key: str) -> str:
        return self.choice(node, key, STRATEGIES)

    def fail_on(self, node: Node, key: str) -> str:
        return self.choice(node, key, FAIL_ON)

    def choice(self, node: Node, key: str, choices: tuple[str, ...]) -> str:
        value = self.text(node, key)
        if value not in choices:
            raise self.error(node, f"`{key}` must be one of {', '.join(choices)}, not {value!r}.")
        return value

    def strings(self, node: Node, key: str) -> tuple[str, ...]:
        if not isinstance(node, SequenceNode):
            raise self.error(node, f"`{key}` must be a list of names.")
        return tuple(self.text(entry, key) for entry in node.value)

    def renames(self, node: Node, key: str) -> tuple[str, ...]:
        """A list of OLD=NEW, or keys and values."""
        if isinstance(node, MappingNode):
            return tuple(f"{old.value}={self.text(new, key)}" for old, new in node.value)
        if not isinstance(node, SequenceNode):
            raise self.error(node, f"`{key}` must be a list of OLD=NEW.")
        for entry in node.value:
            if "=" not in self.text(entry, key):
                raise self.error(entry, f"`{entry.value}` is no rename.", "Write it as OLD=NEW.")
        return tuple(self.text(entry, key) for entry in node.value)

    def error(self, node: Node, message: str, hint: str = "") -> ProjectError:
        mark = node.start_mark
        return ProjectError(
            message,
            id="settings-invalid",
            hint=hint or "docs/config.md lists every setting with its type.",
            position=Position(str(self.file), mark.line + 1, mark.column + 1),
        )


def _did_you_mean(name: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name.lower().replace("_", "-"), known, 1, 0.5)
    return f"Did you mean `{close[0]}`?" if close else f"Settings here: {', '.join(known)}."


_ENTRY = {
    "name": "name",
    "path": "path",
    "schema": "schema",
    "migrations": "migrations",
    "default-schema": "default_schema",
    "prisma-version": "prisma_version",
    "shadow": "shadow",
    "strategy": "strategy",
    "fail-on": "fail_on",
    "renames": "renames",
    "init-shadow-db": "init_shadow_db",
    "seed": "seed",
    "allow": "allow",
    "tables": "external_tables",
    "enums": "external_enums",
    "backfill": "backfill",
}
_TOP = {key: name for key, name in _ENTRY.items() if key not in ("name", "path")} | {"projects": "projects"}
KEYS = tuple(dict.fromkeys((*_TOP, *_ENTRY)))
"""Every key there is, at the top or in an entry of `projects`."""
_CONVERT: dict[str, Callable[[_Reader, Node, str], Any]] = {
    "path": _Reader.location,
    "schema": _Reader.location,
    "migrations": _Reader.location,
    "seed": _Reader.location,
    "strategy": _Reader.strategy,
    "fail-on": _Reader.fail_on,
    "renames": _Reader.renames,
}
