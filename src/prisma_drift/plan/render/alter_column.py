"""The clauses of ALTER COLUMN for one column: nullability, default, counting up, type."""

from __future__ import annotations

from ...diff.changes import AlterColumn, TablePair
from ...diff.defaults import database_default
from ...model.schema import Column
from ...model.types import Arity, Sequence
from ...model.values import frozen
from .context import Context
from .defaults import default_sql
from .sequences import (
    default_sequence_name,
    named_by_schema,
    new_sequence,
    owned_sequence,
    sequence_of,
    still_used,
)
from .types import column_type_sql, type_sql


@frozen
class ColumnClauses:
    """What one column needs: statements around the ALTER TABLE, and clauses in it."""

    before: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    """Each without its `ALTER COLUMN "name"`."""
    after: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


def alter_column(change: AlterColumn, context: Context) -> ColumnClauses:
    """Prisma's clauses; and where they have to work, those that Postgres takes."""
    if context.corrects:
        return _working(change, context)
    return _prisma(change, context)


def _prisma(change: AlterColumn, context: Context) -> ColumnClauses:
    """Clauses in the order of Prisma's flags: arity, default, autoincrement, then the type."""
    before, clauses, after = [], _arity_clauses(change), []
    if change.default:
        clauses.append(_default_clause(change.expected, context))
    if change.autoincrement and change.actual.autoincrement:
        clauses.append("DROP DEFAULT")
        name = sequence_of(change.actual)
        if name is not None and not still_used(change, name, context.expected):
            after.append(f'DROP SEQUENCE "{name}"')
    elif change.autoincrement:
        name, owner = new_sequence(change, context), context.names.altered(change.table)
        before.append(f"CREATE SEQUENCE {name}")
        clauses.append(f"SET DEFAULT nextval('{name}')")
        after.append(f'ALTER SEQUENCE {name} OWNED BY {owner}."{change.actual.name}"')
    if _retypes(change):
        clauses.append(f"SET DATA TYPE {column_type_sql(change.expected, context.names)}")
    return ColumnClauses(tuple(before), tuple(clauses), tuple(after))


def _working(change: AlterColumn, context: Context) -> ColumnClauses:
    """The same, where it works; otherwise each departure has its rule."""
    before: list[str] = []
    arity = _arity_clauses(change)
    after: list[str] = []
    rules: list[str] = []
    defaults: list[str] = []
    if change.default:
        defaults.append(_default_clause(change.expected, context))
    if change.autoincrement and change.actual.autoincrement:
        clauses, dropped, rules = _stop_counting(change, context)
        # A new default takes the old one's place, so it is not dropped behind it.
        defaults += clauses if not change.default or clauses == ["DROP IDENTITY"] else []
        rules += ["autoincrement-to-default"] if change.default and "DROP DEFAULT" in clauses else []
        after += dropped
    elif change.autoincrement:
        name, owner = new_sequence(change, context, quoted=True), context.names.altered(change.table)
        before.append(f"CREATE SEQUENCE {name}")
        defaults.append(f"SET DEFAULT nextval('{name}')")
        after.append(f'ALTER SEQUENCE {name} OWNED BY {owner}."{change.actual.name}"')
        rules += ["sequence-name-quoted"] if name != new_sequence(change, context) else []
    if not _retypes(change):
        return ColumnClauses(tuple(before), (*arity, *defaults), tuple(after), tuple(rules))
    kind = _type_clauses(change, context)
    rules += kind.rules
    drops = [c for c in kind.clauses if c == "DROP DEFAULT"]
    if drops and not defaults:
        default = default_sql(change.expected, context.names)
        defaults = [f"SET DEFAULT {default}"] if default is not None else []
    if drops:
        defaults = [c for c in defaults if c != "DROP DEFAULT"]
        types = [c for c in kind.clauses if c != "DROP DEFAULT"]
        return ColumnClauses(
            (*before, *kind.before), (*arity, *drops, *types, *defaults), (*after, *kind.after), tuple(rules)
        )
    return ColumnClauses(
        (*before, *kind.before), (*arity, *defaults, *kind.clauses), (*after, *kind.after), tuple(rules)
    )


def _retypes(change: AlterColumn) -> bool:
    lists = (change.actual.type.arity is Arity.LIST) != (change.expected.type.arity is Arity.LIST)
    return change.cast is not None or (change.arity and lists)


def _arity_clauses(change: AlterColumn) -> list[str]:
    if not change.arity:
        return []
    match (change.actual.type.arity, change.expected.type.arity):
        case (Arity.REQUIRED | Arity.LIST, Arity.NULLABLE):
            return ["DROP NOT NULL"]
        case (Arity.NULLABLE | Arity.LIST, Arity.REQUIRED):
            return ["SET NOT NULL"]
    return []


def _default_clause(expected: Column, context: Context) -> str:
    default = default_sql(expected, context.names)
    return "DROP DEFAULT" if default is None else f"SET DEFAULT {default}"


def _stop_counting(change: AlterColumn, context: Context) -> tuple[list[str], list[str], list[str]]:
    """(clauses, statements after, rules) for a column that no longer counts up by itself."""
    catalog = change.actual.catalog
    if catalog is not None and catalog.identity:
        return ["DROP IDENTITY"], [], ["identity-dropped"]
    name = sequence_of(change.actual)
    if name is None:
        return ["DROP DEFAULT"], [], []
    if _shared(change, name, context):
        return ["DROP DEFAULT"], [], ["sequence-still-used"]
    sequence = owned_sequence(change, context)
    dropped = f"DROP SEQUENCE {context.names.sequence(sequence)}"
    rules = ["sequence-qualified"] if dropped != f'DROP SEQUENCE "{name}"' else []
    return ["DROP DEFAULT"], [dropped], rules


def _shared(change: AlterColumn, name: str, context: Context) -> bool:
    """Whether another column of the database counts with the same sequence, the schema names it in a default, or no column
    owns it: then a migration made it by itself, and Prisma knows nothing of it."""
    sequence = owned_sequence(change, context)
    if (sequence, "") in context.actual.sequences:
        return True
    return named_by_schema(sequence, context.expected) or any(
        isinstance(column.default, Sequence) and column.default.name == name and name
        for table in context.actual.tables
        for column in table.columns
        if (table.name, column.name) != (change.table.actual.name, change.actual.name)
    )


def _type_clauses(change: AlterColumn, context: Context) -> ColumnClauses:
    """SET DATA TYPE with USING where Postgres needs one; a default goes first then, as it converts no better."""
    actual, expected = change.actual, change.expected
    target = type_sql(expected.type, context.names)
    rules = ["serial-is-no-type"] if target != column_type_sql(expected, context.names) else []
    after = _widen_sequence(change.table, actual, target, context) if rules else []
    rules += ["unsupported-type-compared"] if change.unsupported_text else []
    clauses = [f"SET DATA TYPE {target}"]
    found = context.conversion(change)
    if actual.catalog is not None and actual.catalog.generated:
        return ColumnClauses((), tuple(clauses), tuple(after), tuple(rules))
    has_default = database_default(actual) is not None or (
        actual.catalog is not None and bool(actual.catalog.default)
    )
    needed = found is not None and found.using is not None and (context.preserve or not found.by_itself)
    if has_default and (needed or _leaves_enum(change)):
        clauses.insert(0, "DROP DEFAULT")
        rules += [] if needed else ["default-leaves-enum"]
    if found is None or not needed:
        return ColumnClauses((), tuple(clauses), tuple(after), tuple(rules))
    clauses[-1] += f" USING {found.using}"
    rules.append("type-change-keeps-values" if found.by_itself else "type-change-using")
    return ColumnClauses(found.before, tuple(clauses), (*after, *found.after), tuple(rules))


def _leaves_enum(change: AlterColumn) -> bool:
    """Whether the default, as Postgres would convert it, would still name an enum that the column no longer has."""
    before = change.actual.type.enum
    return before is not None and before != change.expected.type.enum


def _widen_sequence(pair: TablePair, actual: Column, target: str, context: Context) -> list[str]:
    """A sequence made for INTEGER ends at 2147483647, whatever its column holds."""
    if not actual.autoincrement or not isinstance(actual.default, Sequence):
        return []
    name = default_sequence_name(pair, actual, context)
    return [f"ALTER SEQUENCE {context.names.sequence(name)} AS {target}"]
