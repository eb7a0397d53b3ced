"""Which extension brings a type, a function, an operator class…: what a name alone tells of Postgres' own and well-known ones."""

from __future__ import annotations

import re

_OWNERS = (
    (r"type", r"(vector|halfvec|sparsevec)", "vector"),
    (r"type", r"(citext|hstore|ltree|cube|seg)", ""),
    (r"type", r"(lquery|ltxtquery)", "ltree"),
    (r"type", r"(geometry|geography|box[23]d|raster)", "postgis"),
    (r"type", r"(isbn|isbn13|issn|ean13|upc)", "isn"),
    (r"type", r"earth", "earthdistance"),
    (r"function", r"uuid_(generate_v\w+|nil|ns_\w+)", "uuid-ossp"),
    (
        r"function",
        r"(gen_random_bytes|digest|hmac|crypt|gen_salt|encrypt|decrypt|pgp_\w+|armor|dearmor)",
        "pgcrypto",
    ),
    (r"function", r"(unaccent|moddatetime|autoinc|insert_username)", ""),
    (r"function", r"(similarity|word_similarity|strict_word_similarity|show_trgm|set_limit)", "pg_trgm"),
    (r"function", r"(levenshtein\w*|soundex|difference|d?metaphone\w*|daitch_mokotoff)", "fuzzystrmatch"),
    (r"function", r"st_\w+|geography|geometry|postgis_\w+", "postgis"),
    (r"function", r"(crosstab\w*|connectby|normal_rand)", "tablefunc"),
    (r"function", r"(ll_to_earth|earth_\w+)", "earthdistance"),
    (
        r"function",
        r"(cosine_distance|l2_distance|inner_product|l1_distance|vector_dims|l2_normalize|binary_quantize)",
        "vector",
    ),
    (
        r"function",
        r"(create_hypertable|create_distributed_hypertable|time_bucket(_gapfill)?|set_chunk_time_interval|(show|drop)_chunks"
        r"|(add|remove)_(retention|compression|columnstore|continuous_aggregate|reorder)_policy|add_dimension|hypertable_size)",
        "timescaledb",
    ),
    (
        r"function",
        r"(create_(distributed|reference)_table|create_distributed_function|undistribute_table|alter_distributed_table|citus_\w+)",
        "citus",
    ),
    (r"function", r"dblink\w*", "dblink"),
    (r"operator class", r"g(in|ist)_trgm_ops", "pg_trgm"),
    (r"operator class", r"(vector|halfvec|sparsevec)_\w+_ops|bit_(hamming|jaccard)_ops", "vector"),
    (r"operator class", r"g(in|ist)__int(big)?_ops", "intarray"),
    (r"operator class", r"g(in|ist)_hstore_ops", "hstore"),
    (r"operator class", r"gist_ltree_ops", "ltree"),
    (r"operator class", r"gist_\w+_ops", "btree_gist"),
    (r"operator class", r"pgroonga_\w+", "pgroonga"),
    (r"access method", r"(hnsw|ivfflat)", "vector"),
    (r"access method", r"bloom|rum|pgroonga", ""),
    (r"access method", r"bm25", "pg_search"),
    (r"access method", r"diskann", "vectorscale"),
    (r"access method", r"columnar", "citus"),
    (r"text search dictionary", r"unaccent", "unaccent"),
    (r"foreign-data wrapper", r"postgres_fdw|file_fdw|mysql_fdw|dblink_fdw", ""),
)
"""(kind, pattern of names, extension that owns them; empty where the name is the extension's own)"""

NEEDS = {"earthdistance": "cube"}
"""Extensions that another one must come before."""


def owner(kind: str, name: str) -> str:
    """The extension that brings the object of this kind (`type`, `operator class`…) and lower-case name; empty if none is known."""
    for its_kind, pattern, extension in _OWNERS:
        if its_kind == kind and re.fullmatch(pattern, name):
            return extension or name
    return ""
