"""`--rename OLD=NEW`: what the words mean, by the names of tables, models, columns, fields, enums and values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from ...errors import DriftError
from ...model.names import QualifiedName
from ...model.schema import Enum, Schema, Table
from ...model.values import frozen
from .edits import History


class RenameError(DriftError):
    """What a rename names is not there, or it cannot be one."""

    id = "rename-unknown"


@frozen
class Thing:
    """What a name can mean on one side."""

    kind: str
    """table | column | enum | value"""
    owner: QualifiedName
    """The table or enum that it is, or belongs to."""
    part: str = ""
    """The column or value, by its name in the database."""

    def __str__(self) -> str:
        return f"{self.owner}.{self.part}" if self.part else str(self.owner)


@frozen
class Told:
    """A rename that somebody told, understood."""

    text: str
    """As it was written: `User.name=User.fullName`."""
    source: Thing
    target: Thing


def understand(
    texts: Sequence[str], actual: Schema, expected: Schema, history: History, *, shared: bool = False
) -> tuple[tuple[Told, ...], tuple[str, ...]]:
    """The told renames, and those that apply to nothing, as sentences.

    With `shared`, names that this project does not know are another's. RenameError where a name is unknown on its side, where the two are of different kinds, or where a text is none.
    """
    if not texts:
        return (), ()
    told, notes = [], []
    olds, news = _known(actual, history), _known(expected, None)
    for text in dict.fromkeys(texts):
        before, equals, after = (part.strip() for part in text.partition("="))
        if not equals or not before or not after:
            raise RenameError(
                f"`--rename {text}` is no rename.",
                hint="Write it as OLD=NEW: `--rename User.name=User.fullName`.",
            )
        try:
            found = _pair(text, before, after, olds, news)
        except RenameError:
            if not shared:
                raise
            found = f"`--rename {text}` is not for this project: it does not know the names."
        if isinstance(found, Told):
            told.append(found)
        else:
            notes.append(found)
    return tuple(told), tuple(notes)


Known = dict[str, list[Thing]]
"""What each way of writing a name may mean."""


def _pair(text: str, before: str, after: str, olds: Known, news: Known) -> Told | str:
    targets = news.get(after, [])
    if not targets:
        raise _unknown(text, after, "schema.prisma declares no", news)
    sources = [one for one in olds.get(before, []) if one not in targets]
    pairs = [(a, b) for a in sources for b in targets if a.kind == b.kind]
    if sources and not pairs:
        kinds = f"{before} is a {sources[0].kind}, {after} a {targets[0].kind}"
        raise RenameError(f"`--rename {text}` cannot be: {kinds}.", hint="Name two of one kind.")
    # What is on both sides is no rename: the old name is still wanted, or the new one is there.
    wanted = {one for found in news.values() for one in found}
    there = {one for found in olds.values() for one in found}
    fitting = [(source, target) for source, target in pairs if source not in wanted and target not in there]
    if len(fitting) > 1:
        raise RenameError(
            f"`--rename {text}` can mean {' or '.join(f'{a} → {b}' for a, b in fitting)}.",
            hint="Put the schema in front of the table's name.",
        )
    if fitting:
        return Told(text, *fitting[0])
    if any(target in there for target in targets):
        return f"`--rename {text}` applies to nothing: {after} is there already."
    if any(source in wanted for source in sources):
        return f"`--rename {text}` applies to nothing: schema.prisma still has {before}."
    raise _unknown(text, before, "the migrations build no", olds)


def _unknown(text: str, name: str, what: str, known: Known) -> RenameError:
    alike = get_close_matches(name, sorted(known), n=3, cutoff=0.5)
    hint = (
        f"Did you mean {' or '.join(f'`{one}`' for one in alike)}?"
        if alike
        else "See the findings for the names."
    )
    return RenameError(f"`--rename {text}`: {what} {name}.", hint=hint)


def _known(schema: Schema, history: History | None) -> Known:
    """All names of a side: by table and model, column and field, bare and with the schema in front."""
    known: Known = {}
    for table in schema.tables:
        models = {table.model, history.model_of(str(table.name)) if history else ""}
        _add(known, _written(table, models), Thing("table", table.name), _columns(table))
    for enum in schema.enums:
        parts = dict(zip(enum.names, enum.values, strict=False)) | {value: value for value in enum.values}
        _add(known, _written(enum, {enum.model}), Thing("enum", enum.name), parts)
    return known


def _columns(table: Table) -> dict[str, str]:
    """Each way of writing a column → its name in the database, which wins."""
    columns = {column.field: column.name for column in table.columns if column.field}
    return columns | {column.name: column.name for column in table.columns}


def _written(thing: Table | Enum, models: Iterable[str]) -> list[str]:
    names = dict.fromkeys([thing.name.name, *sorted(one for one in models if one)])
    return [written for name in names for written in (name, f"{thing.name.schema}.{name}")]


def _add(known: Known, written: Sequence[str], thing: Thing, parts: dict[str, str]) -> None:
    kind = "column" if thing.kind == "table" else "value"
    for name in written:
        known.setdefault(name, []).append(thing)
        for part, stored in parts.items():
            inner = Thing(kind, thing.owner, stored)
            if inner not in known.setdefault(f"{name}.{part}", []):
                known[f"{name}.{part}"].append(inner)
