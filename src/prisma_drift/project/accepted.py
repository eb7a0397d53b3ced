"""prisma-drift.accepted.yml: findings that a project lives with, each with its reason, its owner and its last day."""

from __future__ import annotations

import re
from pathlib import Path

from ..beneath import read
from ..errors import ProjectError
from ..model.gate import Acceptance
from ..model.source import Position
from .values import Config

NAME = "prisma-drift.accepted.yml"
KEYS = ("id", "object", "reason", "owner", "until")
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOST_BYTES = 1 << 20


def find_accepted(config: Config) -> Path | None:
    """The nearest file, from the project's folder up to the repository's top."""
    for place in (config.project, *config.project.parents):
        if (place / NAME).is_file():
            return place / NAME
        if place == config.root:
            break
    return None


def read_accepted(config: Config) -> tuple[Acceptance, ...]:
    """The entries of the file, in their order; none where there is no file. ProjectError with file and line for a mistake."""
    file = find_accepted(config)
    return _read(config.root, file, config.shown(file)) if file else ()


def _read(top: Path, file: Path, shown: str) -> tuple[Acceptance, ...]:
    import yaml  # most projects have no such file, and YAML is slow to import
    from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

    def error(message: str, node: Node | None = None, line: int = 1) -> ProjectError:
        at = node.start_mark.line + 1 if node is not None else line
        return ProjectError(
            message,
            id="settings-invalid",
            hint=f"An entry is a list item with {', '.join(KEYS)}: docs/gate.md shows one.",
            position=Position(shown, at),
        )

    try:
        data = read(top, file, most=_MOST_BYTES)
        root = yaml.compose(data.decode("utf-8-sig"), Loader=yaml.SafeLoader)
    except OSError as cause:
        raise error(f"{NAME} is not read: {cause.strerror or cause}.") from None
    except UnicodeDecodeError as cause:
        raise error(f"{NAME} is not UTF-8 (byte {cause.start}).") from None
    except (yaml.YAMLError, RecursionError) as cause:
        mark = getattr(cause, "problem_mark", None)
        raise error(f"{NAME} is not valid YAML.", line=mark.line + 1 if mark else 1) from None
    if root is None:
        return ()
    if not isinstance(root, SequenceNode):
        raise error(f"{NAME} must be a list of entries.", root)
    found = []
    for entry in root.value:
        if not isinstance(entry, MappingNode):
            raise error("An entry must be keys and values.", entry)
        values: dict[str, str] = {}
        for key, value in entry.value:
            name = str(key.value)
            if name not in KEYS:
                raise error(f"`{name}` is no key of an entry.", key)
            if not isinstance(value, ScalarNode) or name in values:
                raise error(f"`{name}` must be text, once.", key)
            values[name] = str(value.value).strip()
        if not _ID.fullmatch(values.get("id", "")):
            raise error("An entry needs the `id` of a finding.", entry)
        if not values.get("reason"):
            raise error(f"The entry for `{values['id']}` needs a `reason`.", entry)
        if values.get("until") and not _DAY.fullmatch(values["until"]):
            raise error(f"`until` is {values['until']!r}: write a day as 2026-12-31.", entry)
        position = Position(shown, entry.start_mark.line + 1)
        found.append(Acceptance(**values, position=position))
    return tuple(found)
