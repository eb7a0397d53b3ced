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


def active(version: Version, *, postgres: bool = True) -> tuple[str, ...]:
    """Names that may be switched on, as the message about an unknown one lists them."""
    names = [*_ACTIVE]
    if postgres:
        names.append("fullTextSearchPostgres")
    if version >= Version(6, 6):
        names.append("schemaEngineDriverAdapters")
    if version >= Version(6, 10):
        names.append("shardKeys")
    if version < Version(7):
        names.append("metrics")
    else:
        names.append("typedSql")
    if version.partial_indexes:
        names.append("partialIndexes")
    return tuple(sorted(names))


@cache
def _known(version: Version, postgres: bool) -> frozenset[str]:
    names = (*active(version, postgres=postgres), *_HIDDEN, "typedSql")
    return frozenset(name.lower() for name in names)


def is_known(name: str, version: Version, *, postgres: bool = True) -> bool:
    """Whether the name may be written at all; case does not matter."""
    lower = name.lower()
    return lower in _STABLE or lower in _known(version, postgres)


def is_stable(name: str) -> bool:
    return name.lower() in _STABLE
