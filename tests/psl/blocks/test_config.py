"""The datasource and generator blocks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from prisma_drift.errors import DriftError
from prisma_drift.model.version import Version
from prisma_drift.psl.load import Document, SchemaFile, load

SIX, SEVEN = Version(6, 19), Version(7, 9)


def datasource(lines: str) -> str:
    return f'datasource db {{\n  provider = "postgresql"\n{lines}}}\n'


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("datasource db {\n}\n", 1, 'Argument "provider" is missing in data source block "db".'),
        ("datasource db {\n  provider = postgresql\n}\n", 2, "must be a string literal"),
        ('datasource db {\n  provider = ""\n}\n', 2, "must not be empty"),
        ('datasource db {\n  provider = "oracle"\n}\n', 2, 'Datasource provider not known: "oracle".'),
        ('datasource db {\n  provider = env("P")\n}\n', 1, "must not use the env() function"),
        (datasource("  url = \n"), 1, "Property url in datasource db needs to be assigned a value"),
        (datasource("  foo = 1\n"), 3, 'Property not known: "foo".'),
        (datasource('  provider = "postgres"\n'), 3, 'Key "provider" is already defined in source "db".'),
        (datasource("  schemas = []\n"), 3, "If provided, the schemas array can not be empty."),
        (datasource('  schemas = ["a", "b", "a"]\n'), 3, "Duplicated schema names are not allowed"),
        (datasource("  schemas = [1]\n"), 3, "Expected a string value, but received numeric value `1`."),
        (datasource('  relationMode = "x"\n'), 1, "Invalid relation mode setting"),
        (
            datasource('  relationMode = "prisma"\n  referentialIntegrity = "prisma"\n'),
            4,
            "cannot be used together",
        ),
        (datasource('  previewFeatures = ["views"]\n'), 3, "only supported in the generator block"),
        (datasource('  extensions = ["x"]\n'), 3, "Expected a constant or function value"),
        (datasource('  extensions = [x("1")]\n'), 3, "The argument must have a name"),
        (datasource('  extensions = [x(a: "1")]\n'), 3, 'Argument not known: "a".'),
        (
            datasource("  extensions = [x]\n"),
            3,
            "only available with the `postgresqlExtensions` preview feature",
        ),
        ("generator g {\n}\n", 1, 'Argument "provider" is missing in generator block "g".'),
        ("generator g {\n  provider = 1\n}\n", 2, "Expected a String value, but received numeric value `1`."),
        ('generator g {\n  provider = env("a", "b")\n}\n', 2, "Exactly one string parameter"),
        ('generator g {\n  provider = "x"\n}\ngenerator g {\n  provider = "x"\n}\n', 4, "already exists"),
        (
            datasource("") + datasource("").replace("db", "other"),
            1,
            "You defined more than one datasource.",
        ),
    ],
)
def test_refused(refusals: Callable[..., list[tuple[int, str]]], text: str, line: int, message: str) -> None:
    found = refusals(text, header="")
    assert found, "should not be valid"
    assert found[0][0] == line
    assert message in found[0][1]


def test_what_the_datasource_says(document: Callable[..., Document]) -> None:
    lines = (
        '  url = env("DATABASE_URL")\n  directUrl = "postgres://direct"\n  schemas = ["b", "a"]\n'
        '  relationMode = "prisma"\n  extensions = [pg_trgm, uuid(map: "uuid-ossp", schema: "a", version: "1")]\n'
    )
    generator = (
        'generator g {\n  provider = "x"\n  previewFeatures = ["PostgresqlExtensions", "multiSchema"]\n}\n'
    )
    found = document(datasource(lines) + generator, header="", version=SIX)
    source = found.datasource
    assert source is not None
    assert (source.name, source.provider, source.url, source.url_env) == (
        "db",
        "postgresql",
        None,
        "DATABASE_URL",
    )
    assert (source.direct_url, source.schemas, source.relation_mode) == (
        "postgres://direct",
        ("a", "b"),
        "prisma",
    )
    assert (source.position.line, source.position.column) == (1, 1)
    assert [(e.name, e.schema, e.version) for e in found.schema.extensions] == [
        ("pg_trgm", None, None),
        ("uuid-ossp", "a", "1"),
    ]
    assert found.schema.preview_features == ("postgresqlextensions",)
    assert [warning.message for warning in found.warnings] == [
        'Preview feature "multiSchema" is deprecated. '
        "The functionality can be used without specifying it as a preview feature."
    ]


def test_a_schema_without_datasource_is_valid_as_it_is_for_prisma(document: Callable[..., Document]) -> None:
    found = document("model A {\n  id Int @id\n}\n", header="")
    assert found.datasource is None
    assert len(found.schema.tables) == 1


@pytest.mark.parametrize(
    ("version", "lines", "message"),
    [
        (SIX, "", 'Argument "url" is missing in data source block "db".'),
        (SEVEN, '  url = "x"\n', "The datasource property `url` is no longer supported in schema files."),
        (SEVEN, '  directUrl = "x"\n', "The datasource property `directUrl` is no longer supported"),
    ],
)
def test_urls_matter_only_where_asked_for(
    refusals: Callable[..., list[tuple[int, str]]], version: Version, lines: str, message: str
) -> None:
    assert refusals(datasource(lines), header="", version=version) == []
    strict = refusals(datasource(lines), header="", version=version, strict_url=True)
    assert message in strict[0][1]


def test_the_shadow_database_must_be_another(refusals: Callable[..., list[tuple[int, str]]]) -> None:
    lines = '  url = env("A")\n  shadowDatabaseUrl = env("A")\n'
    found = refusals(datasource(lines), header="", version=SIX)
    assert "shadowDatabaseUrl is the same as url" in found[0][1]


def test_preview_features_that_a_version_does_not_know(
    document: Callable[..., Document], refusals: Callable[..., list[tuple[int, str]]]
) -> None:
    text = datasource("") + 'generator g {\n  provider = "x"\n  previewFeatures = ["metrics"]\n}\n'
    assert refusals(text, header="", version=SIX, strict_preview=True, strict_views=True) == []
    assert 'The preview feature "metrics" is not known.' in document(text, header="").warnings[0].message
    strict = refusals(text, header="", version=SEVEN, strict_preview=True, strict_views=True)
    assert strict == [
        (
            6,
            'The preview feature "metrics" is not known. Expected one of: fullTextSearchPostgres, nativeDistinct, '
            "partialIndexes, postgresqlExtensions, relationJoins, schemaEngineDriverAdapters, shardKeys, "
            "strictUndefinedChecks, typedSql, views",
        )
    ]


@pytest.mark.parametrize("provider", ["mysql", "sqlite", "sqlserver", "mongodb", "cockroachdb"])
def test_other_databases_are_turned_away(provider: str) -> None:
    text = f'datasource db {{\n  provider = "{provider}"\n}}\n'
    with pytest.raises(DriftError) as caught:
        load([SchemaFile("s.prisma", text)], version=SEVEN)
    assert "Postgres only" in caught.value.message
    assert caught.value.position is not None and caught.value.position.line == 2
