"""Preview features that Prisma knows, by version."""

from __future__ import annotations

from functools import cache

from ...model.version import Version

_ACTIVE = ("nativeDistinct", "postgresqlExtensions", "relationJoins", "strictUndefinedChecks", "views")
_HIDDEN = ("reactNative",)
_STABLE = frozenset(
    [
        "aggregateapi",
        "atomicnumberoperations",
        "clientextensions",
        "cockroachdb",
        "connectorcreate",
        "createmany",
        "dataproxy",
        "deno",
        "distinct",
        "driveradapters",
        "extendedindexes",
        "extendedwhereunique",
        "fieldreference",
        "filteredrelationcount",
        "filterjson",
        "fulltextindex",
        "fulltextsearch",
        "groupby",
        "improvedqueryraw",
        "interactivetransactions",
        "jsonprotocol",
        "microsoftsqlserver",
        "middlewares",
        "mongodb",
        "multischema",
        "namedconstraints",
        "napi",
        "nativetypes",
        "omitapi",
        "orderbyaggregategroup",
        "orderbynulls",
        "orderbyrelation",
        "prismaschemafolder",
        "querycompiler",
        "referentialactions",
        "referentialintegrity",
        "selectrelationcount",
        "tracing",
        "transactionapi",
        "uncheckedscalarinputs",
    ]
)
"""Once preview, now part of Prisma or given up: accepted, with a warning, and without effect."""


_OF_5 = (
    "deno", "driverAdapters", "fullTextIndex", "fullTextSearch", "metrics", "multiSchema", "nativeDistinct",
    "postgresqlExtensions", "tracing", "views", "relationJoins", "prismaSchemaFolder", "omitApi", "strictUndefinedChecks",
)  # fmt: skip
"""Of 5.22.0, in the order of its message."""
_SINCE_6 = frozenset(["querycompiler"])
"""Part of Prisma since, and not known to Prisma 5."""


def active(version: Version, *, postgres: bool = True) -> tuple[str, ...]:
    """Names that may be switched on, as the message about an unknown one lists them.

    Measured with 5.22.0, 6.12.0, 6.19.0, 7.0.0, 7.4.0, 7.8.0, 7.9.1 and 7.10.0.
    """
    if version < Version(6):
        return _OF_5
    names = [*_ACTIVE]
    if postgres:
        names.append("fullTextSearchPostgres")
    if version >= Version(6, 13):
        names.append("schemaEngineDriverAdapters")
    else:
        names += ["driverAdapters", "multiSchema", "queryCompiler"]
    if version >= Version(6, 10):
        names.append("shardKeys")
    if version < Version(7):
        names.append("metrics")
    if version >= Version(7, 9):
        names.append("typedSql")
    if version.partial_indexes:
        names.append("partialIndexes")
    return tuple(sorted(names))


def is_measured(version: Version) -> bool:
    """Whether what this release knows has been read off its own validator, or those around it."""
    return version >= Version(6, 12) or Version(5, 22) <= version < Version(6)


@cache
def _known(version: Version, postgres: bool) -> frozenset[str]:
    names = (*active(version, postgres=postgres), *_HIDDEN, "typedSql")
    return frozenset(name.lower() for name in names)


def is_known(name: str, version: Version, *, postgres: bool = True) -> bool:
    """Whether the name may be written at all; case does not matter."""
    lower = name.lower()
    if version < Version(6) and lower in _SINCE_6:
        return False
    return lower in _STABLE or lower in _known(version, postgres)


def is_stable(name: str) -> bool:
    return name.lower() in _STABLE
