"""What an older Prisma does not know is refused as its own validator refuses it, where the version is certain.

The words are those of prisma-schema-wasm 5.22.0, 6.12.0, 7.0.0, 7.4.0, 7.8.0 and 7.9.1.
"""

from __future__ import annotations

import pytest

from prisma_drift.errors import SchemaError
from prisma_drift.model.version import Version
from prisma_drift.psl.load import SchemaFile, load
from prisma_drift.psl.vocabulary.preview import active

HEAD = 'datasource db {\n  provider = "postgresql"\n%s}\ngenerator g {\n  provider = "prisma-client-js"\n  previewFeatures = ["%s"]\n}\n'
MODEL = "model M {\n  id String @id%s\n}\n"
TOP = "Error validating: This line is invalid. It does not start with any known Prisma schema keyword."
LINE = "Error validating: This line is not a valid field or attribute definition."
VIEW = (
    'Error validating view "V": Each view must have at least one unique criteria that has only required fields. Either mark a '
    "single field with `@id`, `@unique` or add a multi field criterion with `@@id([])` or `@@unique([])` to the view."
)
FIVE, TWELVE, SEVEN = "5.22.0", "6.12.0", "7.8.0"


def said(text: str, version: str, *, feature: str = "views", gates: bool = True) -> list[str]:
    known = Version.parse(version)
    assert known is not None
    head = HEAD % ('  url = env("X")\n' if known < Version(7) else "", feature)
    try:
        load([SchemaFile("s.prisma", head + text)], version=known, gates=gates)
    except SchemaError as error:
        return [one.message for one in error.diagnostics]
    return []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("/* x */\n" + MODEL % "", TOP),
        (MODEL % " /* x */", LINE),
        (MODEL.replace("M", "M\u00f6") % "", TOP),
        (MODEL % "\n  \u00e4 Int", LINE),
        (MODEL % "" + "enum E {\n  a\n  \u540d\n}\n", "Error validating: This line is not an enum value definition."),
        (MODEL % " @default(cuid(2))", 'Error parsing attribute "@default": The `cuid` function does not take any argument. Consider changing this default to `cuid()`.'),
        (MODEL % " @default(ulid())", "Unknown function in @default(): `ulid` is not known. You can read about the available functions here: https://pris.ly/d/attribute-functions"),
        (MODEL % ' @default("\u00e4 /* */") // \u00f6 /* */', ""),
        (MODEL % " @default(cuid())", ""),
        (MODEL % " @default(uuid(7))", ""),
    ],
)  # fmt: skip
def test_under_prisma_5(text: str, message: str) -> None:
    assert said(text, FIVE) == ([message] if message else [])
    assert said(text, FIVE, gates=False) == []
    assert said(text, TWELVE) == []


@pytest.mark.parametrize(
    ("version", "refused"), [(FIVE, True), (TWELVE, True), ("6.13.0", False), (SEVEN, False)]
)
def test_a_view_without_a_key(version: str, refused: bool) -> None:
    text = "view V {\n  id Int\n}\n" + MODEL % ""
    assert said(text, version) == ([VIEW] if refused else [])
    assert said(text, version, gates=False) == []
    assert said(text.replace("id Int", "id Int @unique"), version) == []


@pytest.mark.parametrize(
    ("version", "refused"),
    [
        (FIVE, ["nonsense", "partialIndexes", "shardKeys", "schemaEngineDriverAdapters", "queryCompiler"]),
        (TWELVE, ["nonsense", "partialIndexes", "schemaEngineDriverAdapters"]),
        ("6.19.0", ["nonsense", "partialIndexes"]),
        ("7.0.0", ["nonsense", "metrics", "partialIndexes"]),
        ("7.4.0", ["nonsense", "metrics"]),
        (SEVEN, ["nonsense", "metrics"]),
        ("7.9.1", ["nonsense", "metrics"]),
        ("6.1.0", []),
    ],
)
def test_unknown_features(version: str, refused: list[str]) -> None:
    names = [
        "nonsense",
        "metrics",
        "typedSql",
        "partialIndexes",
        "shardKeys",
        "schemaEngineDriverAdapters",
        "queryCompiler",
        "multiSchema",
        "reactNative",
        "omitApi",
    ]
    assert [name for name in names if said(MODEL % "", version, feature=name)] == sorted(
        refused, key=names.index
    )
    assert not any(said(MODEL % "", version, feature=name, gates=False) for name in names)


@pytest.mark.parametrize(
    ("version", "names"),
    [
        (Version(5, 22), "deno, driverAdapters, fullTextIndex, fullTextSearch, metrics, multiSchema, nativeDistinct, postgresqlExtensions, tracing, views, relationJoins, prismaSchemaFolder, omitApi, strictUndefinedChecks"),
        (Version(6, 12), "driverAdapters, fullTextSearchPostgres, metrics, multiSchema, nativeDistinct, postgresqlExtensions, queryCompiler, relationJoins, shardKeys, strictUndefinedChecks, views"),
        (Version(7), "fullTextSearchPostgres, nativeDistinct, postgresqlExtensions, relationJoins, schemaEngineDriverAdapters, shardKeys, strictUndefinedChecks, views"),
        (Version(7, 8), "fullTextSearchPostgres, nativeDistinct, partialIndexes, postgresqlExtensions, relationJoins, schemaEngineDriverAdapters, shardKeys, strictUndefinedChecks, views"),
        (Version(7, 9, 1), "fullTextSearchPostgres, nativeDistinct, partialIndexes, postgresqlExtensions, relationJoins, schemaEngineDriverAdapters, shardKeys, strictUndefinedChecks, typedSql, views"),
    ],
    ids=str,
)  # fmt: skip
def test_the_features_that_a_message_lists(version: Version, names: str) -> None:
    assert ", ".join(active(version)) == names
