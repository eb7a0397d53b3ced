"""Why a migration does not apply, in words: one rule a function, first answer wins."""

from __future__ import annotations

from . import data, dependents, extensions, limits, missing, names, scripts, transactions, vectors
from .case import Case, Cause

__all__ = ["RULES", "Case", "Cause", "explain"]

RULES = (
    limits.server_lost,
    limits.out_of_space,
    scripts.copy_from_client,
    limits.statement_timeout,
    scripts.byte_order_mark,
    scripts.psql_command,
    scripts.placeholder,
    scripts.setting,
    scripts.other_database,
    scripts.syntax_error,
    transactions.enum_value_unsafe,
    transactions.not_in_transaction,
    vectors.dimensions_missing,
    vectors.too_wide,
    extensions.stand_in,
    extensions.version_unavailable,
    extensions.unavailable,
    names.restricted_search_path,
    names.default_schema,
    extensions.not_created,
    names.search_path_changed,
    missing.schema,
    missing.role,
    missing.column,
    missing.table,
    missing.collation,
    missing.other,
    missing.label,
    missing.already_exists,
    dependents.dependents,
    limits.privilege,
    data.default_in_the_way,
    data.not_immutable,
    data.rows_assumed,
)


def explain(case: Case) -> Cause:
    """The first rule's answer; where no rule knows the failure, the server's own hint."""
    for rule in RULES:
        cause = rule(case)
        if cause:
            return cause
    return Cause(
        "migration-failed",
        " ".join(case.message.detail.split()),
        case.message.hint
        or "Prisma would stop here as well: mend the migration, or mark it as resolved and add one that works.",
    )
