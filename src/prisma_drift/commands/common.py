"""What the commands share: the parser's manners, the common flags, and the settings that they ask for."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from ..errors import DriftError
from ..project import Flags

STRATEGIES = ("plain", "preserve")
FORMATS = ("text", "json", "markdown", "sarif", "github", "gitlab", "junit")
GATE_FORMATS = ("text", "json", "markdown", "sarif", "github")
FOR_PROGRAMS = ("json", "sarif", "github", "gitlab", "junit")
"""Formats whose writers make their own text harmless, and in which an error is a report like any other."""
COLORS = ("auto", "always", "never")
VARIABLES = ("DIRECT_URL", "DATABASE_URL")
"""Where the URL stands where no flag gives it; Prisma migrates through the first where there is one."""

EXIT = "exit status: 0 in step, 2 drift (or a blocked commit), 1 an error"
ENVIRONMENT = (
    "Each common flag has an environment name: --default-schema is PRISMA_DRIFT_DEFAULT_SCHEMA.\n"
    "A flag wins over the environment, that over prisma-drift.yml, that over what is found in the project.\n"
)


class Parser(argparse.ArgumentParser):
    """argparse with our exit status for wrong usage (its own, 2, would say `drift`), and help in words that users know."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._positionals.title = (
            "arguments"  # "positional arguments", which says nothing to whoever types them
        )

    def error(self, message: str) -> NoReturn:
        raise DriftError(
            f"{message[:1].upper()}{message[1:]}.", id="usage", hint=f"See `{self.prog} --help`."
        )


Commands = argparse._SubParsersAction  # its only name
"""Where a command adds itself."""


def add_strategy(group: argparse._ArgumentGroup, default: str) -> None:
    group.add_argument(
        "--strategy",
        choices=STRATEGIES,
        help=f"plain: change things as Prisma would; preserve: keep data (default: {default})",
    )


def add_rename(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--rename",
        metavar="OLD=NEW",
        action="append",
        help="what has another name now, by table or model: User.name=User.fullName, User=Person; may be repeated",
    )


def add_rows(group: argparse._ArgumentGroup) -> None:
    """Whether and on which rows a corrective migration is tried."""
    group.add_argument(
        "--no-rows",
        dest="rows",
        action="store_false",
        default=None,
        help="try the migration on empty tables only",
    )
    group.add_argument(
        "--seed", metavar="FILE", help="SQL whose rows the migration is tried on, beside invented ones"
    )


def add_common(command: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """The flags that every command has which runs migrations or reads a schema."""
    common = command.add_argument_group("common")
    common.add_argument("--default-schema", metavar="NAME", help="Postgres schema of models without @@schema")
    common.add_argument("--prisma-version", metavar="V", help="follow the rules of this Prisma release")
    common.add_argument(
        "--shadow",
        metavar="WHERE",
        help="embedded | local | container[:MAJOR] | postgresql://… (default: embedded)",
    )
    common.add_argument(
        "--no-cache",
        dest="cache",
        action="store_const",
        const="off",
        help="start from nothing, and keep nothing for the next run (PRISMA_DRIFT_CACHE=off)",
    )
    common.add_argument(
        "-q", "--quiet", action="store_true", default=None, help="no progress, no messages but errors"
    )
    common.add_argument("--color", choices=COLORS, help="colour the text (default: auto, at a terminal)")
    return common


def add_places(common: argparse._ArgumentGroup) -> None:
    """Where the project's files are, for commands that look at a whole project."""
    common.add_argument("--migrations", metavar="PATH", help="migrations folder")
    common.add_argument("--config", metavar="FILE", help="settings file (default: prisma-drift.yml, upwards)")


def add_project(command: argparse.ArgumentParser) -> None:
    """The common flags, and those that say where one project's files are."""
    common = add_common(command)
    common.add_argument("--schema", metavar="PATH", help="schema file, or folder of schema files")
    add_places(common)


def add_report(
    group: argparse._ArgumentGroup,
    kind: argparse._ActionsContainer,
    verbose: str,
    formats: Sequence[str] = FORMATS,
) -> None:
    """How a report is written, and where to. `kind`: where the formats are, alone or among what excludes them."""
    kind.add_argument(
        "--format", choices=formats, default="text", help="how to write the report (default: text)"
    )
    kind.add_argument(
        "--json", dest="format", action="store_const", const="json", help="short for --format json"
    )
    group.add_argument("--output", metavar="FILE", help="write there instead of to standard output")
    group.add_argument("--verbose", action="store_true", help=verbose)


def flags_of(options: argparse.Namespace) -> Flags:
    """What the command line asks for, of the settings that a project has."""
    return Flags(
        path=options.path,
        schema=getattr(options, "schema", None),
        migrations=options.migrations,
        default_schema=options.default_schema,
        prisma_version=options.prisma_version,
        shadow=options.shadow,
        config=options.config,
        quiet=options.quiet,
        strategy=getattr(options, "strategy", None),
        renames=tuple(getattr(options, "rename", None) or ()),
        base=getattr(options, "own_since", None),
        rows=getattr(options, "rows", None),
        seed=getattr(options, "seed", None),
        cache=getattr(options, "cache", None),
    )


def color_of(options: argparse.Namespace | None) -> str:
    """auto | always | never"""
    asked = getattr(options, "color", None) or os.environ.get("PRISMA_DRIFT_COLOR", "")
    return asked if asked in COLORS else "auto"


def add_url(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--database-url",
        metavar="URL",
        help="as Prisma writes it (default: DIRECT_URL, else DATABASE_URL, of the environment); never printed",
    )


def url_of(options: argparse.Namespace, environment: Mapping[str, str]) -> str:
    """The database's URL; DriftError `usage` where there is none, or one of another kind."""
    given = options.database_url or environment.get("PRISMA_DRIFT_DATABASE_URL", "")
    url = given or next((environment[name] for name in VARIABLES if environment.get(name)), "")
    if not url:
        raise DriftError(
            "There is no database to look at.",
            id="usage",
            hint="Give --database-url, or set DATABASE_URL in the environment.",
        )
    if not url.startswith(("postgres://", "postgresql://")):
        raise DriftError(
            "The database URL is none of a Postgres server.",
            id="usage",
            hint="It begins with postgresql://; a prisma:// or prisma+postgres:// URL leads to a proxy: give the direct one.",
        )
    return url
