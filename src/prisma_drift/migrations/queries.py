"""Reads queries with sqlglot: a query that only reads or writes rows is Data, one that may do more is Opaque."""

from __future__ import annotations

from collections.abc import Set
from itertools import pairwise

from ..model.values import replace
from .cursor import Cursor
from .facts import CreateTable, Data, ObjectName, Opaque, SetSearchPath

_NAMES = (
    "setval nextval currval lastval pg_get_serial_sequence gen_random_uuid uuid_generate_v4 pg_sleep pg_advisory_lock "
    "pg_advisory_xact_lock pg_advisory_unlock pg_notify set_config current_setting to_regclass version "
    "pg_try_advisory_lock pg_try_advisory_xact_lock txid_current pg_typeof to_jsonb to_json row_to_json "
    "jsonb_set jsonb_build_object jsonb_build_array json_build_object jsonb_agg jsonb_array_elements "
    "jsonb_array_elements_text jsonb_typeof jsonb_each jsonb_each_text jsonb_array_length jsonb_strip_nulls string_to_array "
    "array_remove array_append array_prepend array_cat array_position array_positions regexp_matches "
    "regexp_split_to_table format quote_ident quote_literal md5 digest encode decode unnest random substr btrim "
    "split_part translate clock_timestamp statement_timestamp timeofday make_interval make_date jsonb_object_keys "
    "convert_from convert_to jsonb_path_query cardinality array_ndims row starts_with greatest least"
)
_HARMLESS = frozenset(_NAMES.split())
"""Built-in functions without an effect on any object, beyond those that sqlglot knows as functions of SQL itself."""


_WORDS = (
    "in exists values as and or not any all some over filter within group by distinct on using with recursive materialized "
    "array row from where when then else case select insert into update set delete returning union except intersect "
    "limit offset having order partition count sum min max avg coalesce nullif now current_timestamp lower upper trim "
    "concat concat_ws length replace substring position round floor ceil abs mod date_trunc extract to_char to_date "
    "to_timestamp row_number rank dense_rank lag lead first_value last_value array_agg string_agg json_agg bool_or bool_and "
    "array_length cast interval date time timestamp varchar char numeric decimal regexp_replace json_array_elements"
)
_PLAIN_WORDS = frozenset(_WORDS.split())
"""Words before a bracket that are no function or a built-in one: where there are no others, sqlglot is not needed."""


def read_query(
    text: str, line: int, harmless: Set[str] = frozenset()
) -> CreateTable | Data | Opaque | SetSearchPath:
    """SELECT, WITH, VALUES or TABLE; `harmless` names further functions that change no object."""
    if _is_plain(text, harmless):
        return Data("query", line)
    return _parsed(text, line, harmless)


def _is_plain(text: str, harmless: Set[str]) -> bool:
    tokens = Cursor(text).tokens
    words = {token.value for token in tokens if token.kind == "w"}
    if "into" in words and words.isdisjoint(("insert", "merge")):
        return False
    if (
        "into" in words
        and "select" in words
        and sum(token.value == "into" for token in tokens)
        > sum(token.value in ("insert", "merge") for token in tokens)
    ):
        return False
    if "set_config" in words:
        return False
    for before, after in pairwise(tokens):
        if after.value == "(" and after.kind == "o" and before.kind in "wq":
            known = before.value in _PLAIN_WORDS or before.value in _HARMLESS or before.value in harmless
            # A name before a bracket may also be a table or a CTE with its columns; then sqlglot tells.
            if not known:
                return False
    return True


def _parsed(text: str, line: int, harmless: Set[str]) -> CreateTable | Data | Opaque | SetSearchPath:
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        trees = sqlglot.parse(text, dialect="postgres")
    except (SqlglotError, RecursionError):
        return Opaque("a query that cannot be read", text, line=line)
    if len(trees) != 1 or trees[0] is None:
        return Opaque("a query that cannot be read", text, line=line)
    tree = trees[0]
    if tree.find(exp.Command) is not None:
        return Opaque("a query that cannot be read", text, line=line)
    if (into := tree.find(exp.Into)) is not None:
        if into.args.get("temporary"):
            return CreateTable(
                ObjectName(into.this.name, into.this.db or None), (), temporary=True, line=line
            )
        return Opaque("SELECT INTO makes a table", text, line=line)
    if tree.find(exp.Insert, exp.Update, exp.Delete, exp.Merge) is not None:
        return Data("query", line)  # as INSERT, UPDATE, DELETE that stand alone
    called = sorted(
        {str(call.name).lower() for call in tree.find_all(exp.Anonymous, exp.AnonymousAggFunc)}
        - _HARMLESS
        - harmless
    )
    if called:
        return Opaque(f"the function {called[0]}() is called", text, dynamic=True, line=line)
    path = _search_path(tree)
    return replace(path, line=line) if path else Data("query", line)


def _search_path(tree: object) -> SetSearchPath | None:
    """`SELECT set_config('search_path', '…', …)`, as pg_dump writes it."""
    from sqlglot import exp

    assert isinstance(tree, exp.Expression)
    for call in tree.find_all(exp.Anonymous):
        arguments = call.expressions
        if (
            str(call.name).lower() == "set_config"
            and arguments
            and arguments[0].name.lower() == "search_path"
        ):
            return SetSearchPath(tuple(s.strip(' "') for s in arguments[1].name.split(",") if s.strip()))
    return None
