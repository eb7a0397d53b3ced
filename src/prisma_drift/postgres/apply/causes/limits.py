"""Failures at the bounds that the shadow sets: time, space, rights."""

from __future__ import annotations

from .case import Case, Cause


def server_lost(case: Case) -> Cause | None:
    """The connection broke: the server was stopped at its disk limit, crashed, or was cut off by us."""
    if case.sqlstate and case.sqlstate not in ("57P01", "57P02", "57P03"):
        return None
    if case.failure.timed_out:
        return _timeout(case)
    why = case.database.failure() if case.database.failure else ""
    if case.sqlstate == "57P01" and not why and _answers(case):
        return Cause(
            "migration-failed",
            "The migration ended its own connection.",
            "Take the call of pg_terminate_backend out: Prisma's connection would end likewise.",
        )
    return Cause(
        "shadow-lost",
        why or "The shadow server went away while the migration ran.",
        "Look at what the migration writes: an empty database needs little space and memory. A larger server can be"
        " given with --shadow postgresql://….",
    )


def _answers(case: Case) -> bool:
    """Whether the server is there for another connection."""
    import psycopg

    try:
        case.database.connect().close()
    except psycopg.Error:
        return False
    return True


def out_of_space(case: Case) -> Cause | None:
    if case.sqlstate not in ("53100", "53200", "53400", "54000") or "dimensions" in case.primary:
        return None
    return Cause(
        "shadow-limit",
        "The migration asks for more disk space or memory than the shadow server may take.",
        "Look at what the migration writes: an empty database needs little. A larger server can be given with --shadow"
        " postgresql://….",
    )


def statement_timeout(case: Case) -> Cause | None:
    if case.failure.timed_out:
        return _timeout(case)
    if case.sqlstate != "57014":
        return None
    return Cause(
        "statement-timeout",
        "The statement was cancelled by a limit or a call of the migration's own, or by somebody else on the server.",
        "Look for `statement_timeout` and pg_cancel_backend in the migration.",
    )


def _timeout(case: Case) -> Cause:
    return Cause(
        "statement-timeout",
        f"The migration did not end within {case.database.statement_timeout:.0f} seconds and was stopped.",
        "Look for a loop without an end, a lock that is never released, or pg_sleep; on an empty database a migration"
        " should take milliseconds.",
    )


def privilege(case: Case) -> Cause | None:
    if case.sqlstate != "42501" and "not allowed in this environment" not in case.primary:
        return None
    if case.database.kind == "url":
        return Cause(
            "privilege-missing",
            "The role in the shadow's URL may not do this.",
            "Give a role with the rights that the deployed migrations have.",
        )
    return Cause(
        "privilege-missing",
        "Migrations run on the shadow as a role without superuser rights, so that a pull request's SQL cannot reach the"
        " machine's files, programs or network.",
        "If the statement is needed, guard it so that it is skipped without the right, or check against a throwaway"
        " server with --shadow postgresql://….",
    )
