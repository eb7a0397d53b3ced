"""What is lost, found by other means than the conversions' own conditions: by converting back, or by reading the old text anew.

The SQL here is run where the session's zone is UTC, the conversions under trial elsewhere.
"""

from __future__ import annotations

from conversion_values import Type

FINER = r"'\.[0-9]{6}[0-9]*[1-9]'"
NUMBERS = (
    "smallint",
    "integer",
    "bigint",
    "oid",
    "decimal",
    "decimal(10,2)",
    "decimal(12,4)",
    "money",
    "real",
    "double",
)


def same_text(target: Type, text: str, new: str) -> str | None:
    """SQL: whether `new`, of the target's type, still says what `text` said; None where this file cannot tell."""
    match target.family:
        case "number" if target.name == "money":
            number = f"{text} ~ '^[ ]*[-+]?[0-9.]+(e[-+]?[0-9]+)?[ ]*$'"
            return f"CASE WHEN {number} THEN ({text})::numeric = {new}::numeric ELSE {text} ~ '[0-9]' END"
        case "number":
            return f"({text})::numeric IN ({', '.join(numbers(target, new))})"
        case "string" if target.name == "citext":
            return f"{new}::text = {text}"
        case "string":
            return f"{new}::text = {text}"
        case "boolean" | "uuid" | "net" | "bits" | "enum":
            return "true"
        case "bytes":
            return f"convert_from({new}, 'UTF8') = {text}"
        case "vector" if target.name != "sparsevec(3)":
            split = f"string_to_array(btrim(translate({text}, E' \\t\\n', ''), '[]'), ',')"
            equal = "x::numeric IN (y::text::numeric, y::float8::text::numeric)"
            return f"(SELECT bool_and({equal}) FROM unnest({split}, {new}::real[]) AS u(x, y))"
        case "time":
            return same_moment(target, text, new)
    return f"{text} = ''" if target.name == "tsvector" else None


def numbers(target: Type, new: str) -> tuple[str, ...]:
    """The decimal numbers that a value stands for: a float's shortest text, or all its digits."""
    match target.name:
        case "oid":
            return (f"{new}::bigint::numeric",)
        case "double":
            return (f"{new}::text::numeric",)
        case "real":
            return (f"{new}::text::numeric", f"{new}::float8::text::numeric")
    return (f"{new}::numeric",)


def same_moment(target: Type, text: str, new: str) -> str | None:
    whole = f"{text} !~ {FINER}"
    match target.name.partition("(")[0]:
        case "timestamp":
            return f"{whole} AND ({text})::timestamptz AT TIME ZONE 'UTC' = {new}"
        case "timestamptz":
            return f"{whole} AND ({text})::timestamptz = {new}"
        case "date":
            return f"{whole} AND ({text})::timestamptz = {new}::timestamptz"
    return None


def same_back(source: Type, old: str, back: str, *, is_list: bool) -> str:
    """SQL: whether what came back is the old value."""
    if is_list and source.name in ("double", "real"):
        return f"({old} = {back} OR {old}::float8[] = {back}::real[]::float8[])"
    if is_list and source.name.startswith("decimal"):
        return f"({old} = {back} OR {old}::text[]::float8[] = {back}::text[]::real[]::float8[])"
    if source.name in ("double", "real"):
        return f"({old} = {back} OR {old}::float8 = {back}::real::float8)"
    if source.name.startswith("decimal"):
        as_real = f"{old} = {back}::real::float8::text::numeric"
        return f"({old} = {back} OR CASE WHEN abs({back}) BETWEEN 1e-37 AND 1e38 THEN {as_real} END IS TRUE)"
    if source.name in NUMBERS or source.name.startswith("timestamp"):
        return f"{old} = {back}"
    if source.name in ("json", "jsonb"):
        return f"{old}::jsonb = {back}::jsonb"
    return f"{old}::text = {back}::text"
