"""What pgvector refuses to index."""

from __future__ import annotations

from .case import Case, Cause


def dimensions_missing(case: Case) -> Cause | None:
    if "column does not have dimensions" not in case.primary:
        return None
    return Cause(
        "vector-dimensions-missing",
        "An HNSW or IVFFlat index needs to know how many dimensions the column's vectors have, and its type says none.",
        'Give the type its number: `vector(1536)` in the migration and Unsupported("vector(1536)") in the schema.',
    )


def too_wide(case: Case) -> Cause | None:
    found = case.find(r"column cannot have more than (\d+) dimensions for (\w+) index")
    if not found:
        return None
    return Cause(
        "vector-too-wide",
        f"A {found[2]} index takes at most {found[1]} dimensions of this type.",
        "Index a narrower form: `((embedding::halfvec(3072)) halfvec_cosine_ops)` takes up to 4000 dimensions,"
        " `binary_quantize` up to 64000; or store fewer dimensions.",
    )
