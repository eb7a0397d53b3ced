"""The datasource block and the database's URL, as far as they tell where things are: provider, file, default schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from ..model.values import frozen
from ..psl.files import NOT_SCHEMA
from .files import Files, text_of
from .literals import Env, Text

_BLOCK = re.compile(r"^[ \t]*datasource\s+\w+\s*\{(?P<body>.*?)^[ \t]*\}", re.MULTILINE | re.DOTALL)
_ENTRY = re.compile(r'^[ \t]*(\w+)\s*=\s*(?:env\(\s*"([^"\n]*)"\s*\)|"((?:[^"\\\n]|\\.)*)")', re.MULTILINE)
_COMMENT = re.compile(r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
_ENV_LINE = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?(?P<name>[\w.-]+)[ \t]*=[ \t]*
    (?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>[^']*)'|`(?P<back>[^`]*)`|(?P<plain>[^\n#]*))""",
    re.MULTILINE | re.VERBOSE,
)
_REFERENCE = re.compile(r"(?<!\\)\$(?:\{(\w+)\}|(\w+))")
POSTGRES = ("postgresql", "postgres")


@frozen
class Datasource:
    """What is needed of a datasource block before the schema is read in earnest."""

    file: Path
    provider: str
    url: Text | Env | None


def find_datasource(files: Files, schema: Path) -> Datasource | None:
    """The datasource block of a schema file, or of the files of a schema folder; None where there is none."""
    for file in schema_files(files, schema):
        found = datasource_in(files, file)
        if found:
            return found
    return None


def datasource_in(files: Files, file: Path) -> Datasource | None:
    """The datasource block of one file."""
    text = text_of(files, file)
    if "datasource" not in text:
        return None
    if "/*" in text:
        text = _COMMENT.sub(lambda m: m[1] or "", text)
    block = _BLOCK.search(text)
    if block is None:
        return None
    body = _COMMENT.sub(lambda m: m[1] or "", block["body"])
    entries = {m[1]: Env(m[2], 0) if m[2] is not None else Text(m[3], 0) for m in _ENTRY.finditer(body)}
    provider = entries.get("provider")
    return Datasource(file, provider.value if isinstance(provider, Text) else "", entries.get("url"))


def schema_files(files: Files, schema: Path) -> list[Path]:
    """The file itself, or every *.prisma below a folder, sorted; a migrations folder in it is left alone."""
    if files.is_dir(schema):
        return files.below(schema, (".prisma",), lambda name: name not in NOT_SCHEMA)
    return [schema]


def default_schema_of(
    files: Files, url: Text | Env | None, environment: Mapping[str, str], folders: list[Path]
) -> str | None:
    """`?schema=` of the URL; None where there is no URL to be had or it names no schema.

    A variable is looked up in the environment, then in the `.env` files of `folders`, as Prisma does. The URL
    goes no further than this function: it may hold a password.
    """
    if isinstance(url, Env):
        value = environment.get(url.variable)
        for folder in folders:
            value = value if value is not None else _dotenv(files, folder / ".env").get(url.variable)
        return schema_parameter(value or url.fallback or "")
    return schema_parameter(url.value) if url else None


def schema_parameter(url: str) -> str | None:
    """The `schema` parameter of a Postgres URL, decoded."""
    from urllib.parse import unquote_plus

    for pair in url.partition("?")[2].partition("#")[0].split("&"):
        key, _, value = pair.partition("=")
        if key == "schema" and value:
            return unquote_plus(value)
    return None


def _dotenv(files: Files, file: Path) -> dict[str, str]:
    try:
        text = text_of(files, file)
    except OSError:
        return {}
    values: dict[str, str] = {}
    for match in _ENV_LINE.finditer(text):
        quoted = match["double"] or match["single"] or match["back"]
        value = quoted if quoted is not None else (match["plain"] or "").strip()
        if match["single"] is None:
            value = _REFERENCE.sub(lambda m: values.get(m[1] or m[2], ""), value)
        values[match["name"]] = value
    return values
