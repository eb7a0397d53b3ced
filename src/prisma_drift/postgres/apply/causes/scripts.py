"""Files that are no plain SQL for Postgres."""

from __future__ import annotations

import re

from ....model.extensions import owner
from ..runner import COPY_REFUSED, QUERY_CANCELED
from .case import Case, Cause

SYNTAX = "42601"


def byte_order_mark(case: Case) -> Cause | None:
    if case.sqlstate != SYNTAX or not case.sql.startswith("\ufeff"):
        return None
    return Cause(
        "migration-bom",
        "The file begins with a byte order mark, which Postgres reads as part of the first word.",
        "Save the file as UTF-8 without a byte order mark. If it is deployed already, its checksum changes:"
        " `prisma-drift gate` says how to bring the history of that database in line.",
    )


def copy_from_client(case: Case) -> Cause | None:
    stopped = case.sqlstate in (COPY_REFUSED, QUERY_CANCELED) and case.primary.startswith("COPY ")
    # where rows follow in the file, the server already stumbles over them when it reads the text
    before = re.search(r"^\s*copy\s[^;]*\sfrom\s+stdin\b[^;]*;", case.sql, re.IGNORECASE | re.MULTILINE)
    stumbled = case.sqlstate == SYNTAX and before is not None and before.end() <= case.message.position
    if not stopped and not stumbled:
        return None
    return Cause(
        "copy-from-client",
        "COPY … FROM stdin and TO stdout exchange rows with psql; a migration has nobody to exchange them with.",
        "Write the rows as INSERT statements; pg_dump does so with --inserts.",
    )


def psql_command(case: Case) -> Cause | None:
    found = re.search(r"^[ \t]*(\\[a-z!]+|DELIMITER\b|GO[ \t]*$)", case.sql, re.MULTILINE)
    if case.sqlstate != SYNTAX or not found or not re.search(r"near \"(\\|DELIMITER|GO)", case.primary):
        return None
    return Cause(
        "client-command",
        f"`{found[1].strip()}` is a command of a client program such as psql, not SQL.",
        "Remove the line: Prisma sends the file to the server as it is.",
    )


def setting(case: Case) -> Cause | None:
    """A SET to what the server does not have: a table access method of an extension, a tablespace of the host."""
    gone = case.find(r'^(tablespace|access method) "(.+)" does not exist')
    if gone and case.sqlstate == "42704" and not owner(gone[1], gone[2]):
        clause = "TABLESPACE" if gone[1] == "tablespace" else "USING"
        return Cause(
            "object-missing-in-history",
            f"The shadow server has no {gone[1]} `{gone[2]}`, and no migration makes it.",
            f"Take {clause} {gone[2]} out of the statement, or check with a server that has it: --shadow postgresql://….",
        )
    found = case.find(r'^invalid value for parameter "(\w+)": "(.*)"')
    if case.sqlstate != "22023" or not found:
        return None
    return Cause(
        "object-missing-in-history",
        f"{case.message.detail or f'The setting `{found[1]}` takes no `{found[2]}` here.'} It belongs to a server, and no"
        " migration makes it.",
        f"Take the setting `{found[1]}` out of the migration, or check with a server that has it: --shadow postgresql://….",
    )


def placeholder(case: Case) -> Cause | None:
    found = re.search(
        r"\$\{\w[^}\n]*\}|\{\{[^}\n]+\}\}|\{%[^%\n]*%\}|<%[^\n]*?%>|%\(\w+\)s|(?<![:\w]):'?\w+'?(?=\s*;)",
        case.statement,
    )
    if case.sqlstate not in (SYNTAX, "42703", "3F000", "42704", "42P01") or not found:
        return None
    return Cause(
        "placeholder",
        f"`{found[0]}` is a placeholder that another program fills in; Prisma sends it to the server as it stands.",
        "Write the value into the migration.",
    )


def other_database(case: Case) -> Cause | None:
    if case.sqlstate not in (SYNTAX, "42704"):
        return None
    for pattern, name in (
        (r"`\w+`", "MySQL"),
        (r"\bAUTO_INCREMENT\b|\bENGINE\s*=\s*InnoDB|\bDATETIME\(\d\)", "MySQL"),
        (r"\bPRAGMA\b|\bAUTOINCREMENT\b|\bDATETIME\b", "SQLite"),
        (r"\[dbo\]|\bNVARCHAR\b|\bBEGIN TRY\b", "SQL Server"),
    ):
        if re.search(pattern, case.statement, re.IGNORECASE):
            return Cause(
                "other-database",
                f"The statement is written for {name}.",
                "Migrations of another provider have to be replaced: remove them and start with a baseline migration.",
            )
    return None


def syntax_error(case: Case) -> Cause | None:
    if case.sqlstate != SYNTAX:
        return None
    return Cause(
        "syntax-error",
        "",
        "Mend the statement; a semicolon that is missing in the statement before shows here as well.",
    )
