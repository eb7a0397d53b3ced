"""Reports as a file that one workflow run leaves for another, and its strict reader.

The reader expects a file that an attacker wrote: sizes, types and counts are bounded, nothing is evaluated, and what
comes out is a Report like any other, which the writers escape as they escape everything.
"""

from __future__ import annotations

import json
import types
from collections.abc import Sequence
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from ..errors import DriftError
from ..model.report import Report
from ..model.values import fields_of, frozen

LARGEST = 8 * 1024 * 1024
"""Bytes of a file that is read at all."""
LONGEST_TEXT = 2 * 1024 * 1024
MOST_ITEMS = 20_000
FORMAT = 1
SKIPPED = "skipped"
"""The verdict on a project of which nothing is changed."""
VERDICTS = ("in-step", "drift", "error", SKIPPED)


class ArtifactError(DriftError):
    """The file is not a report, or is one that no honest run writes."""

    id = "artifact-invalid"


@frozen
class Entry:
    """One project's report."""

    path: str
    """The project's folder, relative to the repository."""
    report: Report


@frozen
class _Document:
    format: int
    projects: tuple[Entry, ...]


def pack(entries: Sequence[Entry]) -> bytes:
    """The reports as UTF-8 JSON; the same reports give the same bytes."""
    document = _plain(_Document(FORMAT, tuple(entries)))
    return (json.dumps(document, ensure_ascii=True, indent=1, sort_keys=True) + "\n").encode()


def unpack(data: bytes) -> tuple[Entry, ...]:
    """The reports in `data`; raises ArtifactError for anything else."""
    if len(data) > LARGEST:
        raise ArtifactError(f"The report is larger than {LARGEST} bytes.")
    try:
        value = json.loads(data.decode("utf-8"))
        document = cast("_Document", _read(_Document, value, "report"))
    except (ValueError, RecursionError) as error:
        raise ArtifactError("The report is not JSON.") from error
    if document.format != FORMAT:
        raise ArtifactError(f"The report is not of format {FORMAT}.")
    if any(entry.report.verdict not in VERDICTS for entry in document.projects):
        raise ArtifactError("A report has no known verdict.")
    return document.projects


def _plain(value: Any) -> Any:
    if fields_of(value):
        return {name: _plain(getattr(value, name)) for name in fields_of(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _read(kind: Any, value: Any, where: str) -> Any:
    if fields_of(kind):
        return _read_record(kind, value, where)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = [option for option in get_args(kind) if option is not type(None)]
        if value is None and len(inner) < len(get_args(kind)):
            return None
        if len(inner) == 1:
            return _read(inner[0], value, where)
    elif origin is tuple:
        if not isinstance(value, list) or len(value) > MOST_ITEMS:
            raise ArtifactError(f"{where} is not a list of at most {MOST_ITEMS} items.")
        item, *others = get_args(kind)
        if others != [...]:
            if len(value) != 1 + len(others):
                raise ArtifactError(f"{where} is not a list of {1 + len(others)} items.")
            pairs = zip((item, *others), value, strict=True)
            return tuple(_read(one, part, f"{where}[{n}]") for n, (one, part) in enumerate(pairs))
        return tuple(_read(item, one, f"{where}[{number}]") for number, one in enumerate(value))
    elif kind in (str, int, bool):
        return _read_scalar(kind, value, where)
    raise ArtifactError(f"{where} has a type that reports do not carry.")


def _read_scalar(kind: type, value: Any, where: str) -> Any:
    if type(value) is not kind:
        raise ArtifactError(f"{where} is not a {kind.__name__}.")
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise ArtifactError(f"{where} is longer than {LONGEST_TEXT} characters.")
        # Lone surrogates cannot be written as UTF-8 again.
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, int) and abs(value) > 2**31:
        raise ArtifactError(f"{where} is out of range.")
    return value


def _read_record(kind: type, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise ArtifactError(f"{where} is not an object.")
    hints = get_type_hints(kind)
    names = set(fields_of(kind))
    if unknown := sorted(set(value) - names):
        raise ArtifactError(f"{where} has an unknown member ({len(unknown)} in all).")
    given = {name: _read(hints[name], value[name], f"{where}.{name}") for name in sorted(value)}
    try:
        return kind(**given)
    except TypeError as error:
        raise ArtifactError(f"{where} lacks a member.") from error
    except ValueError as error:
        raise ArtifactError(f"{where} contradicts itself: {error}") from error
