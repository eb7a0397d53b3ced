"""The options of `prisma-drift hook`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ..model.values import replace
from .options import Options

_ABOUT = """\
Checks what is staged, with no database: every change of schema.prisma has a staged migration that makes it,
and the migrations of the base branch stay as they are. Reads the git index and HEAD, never the work tree.
Exit status: 0 may be committed, 2 may not, 1 an error."""


def parse(argv: Sequence[str], options: Options) -> Options:
    """The options that `argv` asks for, on top of those from the environment; --help and mistakes end the program."""
    parser = argparse.ArgumentParser(
        "prisma-drift hook", description=_ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--write",
        action="store_true",
        help="try the missing migration on a database of its own, write it where it holds, and stage it",
    )
    parser.add_argument(
        "--strict",
        action="store_true",
        help="stop at SQL that cannot be read without running it (PRISMA_DRIFT_STRICT)",
    )
    parser.add_argument(
        "--base",
        metavar="REF",
        help="the branch whose migrations may not change; default: origin's main branch, else main or master, "
        "else HEAD (PRISMA_DRIFT_BASE)",
    )
    parser.add_argument(
        "--allow-edit",
        metavar="REASON",
        help="let migrations of the base branch change, for this reason (PRISMA_DRIFT_ALLOW_EDIT)",
    )
    parser.add_argument(
        "--schema",
        metavar="PATH",
        help="schema file or folder, from the repository's top (PRISMA_DRIFT_SCHEMA)",
    )
    parser.add_argument(
        "--migrations",
        metavar="PATH",
        help="migrations folder, from the repository's top (PRISMA_DRIFT_MIGRATIONS)",
    )
    parser.add_argument(
        "--default-schema",
        metavar="NAME",
        help="Postgres schema of models without @@schema (PRISMA_DRIFT_DEFAULT_SCHEMA)",
    )
    parser.add_argument(
        "--prisma-version", metavar="V", help="whose rules to follow (PRISMA_DRIFT_PRISMA_VERSION)"
    )
    parser.add_argument("--quiet", action="store_true", help="say nothing of what cannot be told")
    given = parser.parse_args(argv)
    if given.allow_edit is not None and not given.allow_edit.strip():
        parser.exit(1, "prisma-drift hook: --allow-edit needs a reason in words\n")
    return replace(
        options,
        write=given.write,
        strict=given.strict or options.strict,
        base=given.base or options.base,
        allow_edit=given.allow_edit or options.allow_edit,
        schema=given.schema or options.schema,
        migrations=given.migrations or options.migrations,
        quiet=given.quiet,
        default_schema=given.default_schema or options.default_schema,
        version=given.prisma_version or options.version,
    )
