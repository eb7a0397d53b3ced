"""What a live database may have beyond the migrations: views on what changes, grants on views that are made again.

The plan knows what the migrations build. A view that somebody made by hand stops it, and a grant that somebody gave by hand
would be gone with the view it was given on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...model.hazards import Check
from ..render.names import literal
from .fates import Fate
from .hazards import IN_THE_WAY, LOST

_UNKNOWN_VIEWS = """\
SELECT count(DISTINCT v.oid)
FROM pg_catalog.pg_depend AS d
JOIN pg_catalog.pg_rewrite AS r ON r.oid = d.objid
JOIN pg_catalog.pg_class AS v ON v.oid = r.ev_class AND v.relkind IN ('v', 'm')
JOIN pg_catalog.pg_namespace AS vn ON vn.oid = v.relnamespace
JOIN pg_catalog.pg_class AS t ON t.oid = d.refobjid AND t.oid <> v.oid
JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.relnamespace
LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
WHERE d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
    AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
    AND ((tn.nspname, t.relname, coalesce(a.attname, '')) IN ({columns}) OR (tn.nspname, t.relname) IN ({known}))
    AND (vn.nspname, v.relname) NOT IN ({views})"""

_UNKNOWN_GRANTS = """\
SELECT count(*)
FROM pg_catalog.pg_class AS v
JOIN pg_catalog.pg_namespace AS n ON n.oid = v.relnamespace
CROSS JOIN LATERAL pg_catalog.aclexplode(v.relacl) AS x
WHERE v.relkind = 'v'
    AND (n.nspname, v.relname) IN ({views})
    AND x.grantee <> v.relowner
    AND (n.nspname, v.relname, CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.pg_get_userbyid(x.grantee) END, x.privilege_type)
        NOT IN ({grants})
    AND x.privilege_type <> 'MAINTAIN'
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_default_acl AS p
        CROSS JOIN LATERAL pg_catalog.aclexplode(p.defaclacl) AS y
        WHERE p.defaclrole = v.relowner AND p.defaclobjtype = 'r' AND p.defaclnamespace IN (0, v.relnamespace)
            AND y.grantee = x.grantee AND y.privilege_type = x.privilege_type
    )"""


def live_checks(fates: Sequence[Fate]) -> tuple[Check, ...]:
    """Counts on a live database; none where no view steps aside."""
    views = [
        fate.holder for fate in fates if fate.holder.kind == "view" and fate.steps_aside and not fate.lost
    ]
    if not views:
        return ()
    known = [(v.table.schema, v.table.name) for v in views if v.table is not None]
    columns = {(c.name.schema, c.name.name, c.column) for fate in fates for c in fate.causes if c.column}
    # No view has an empty name, so an empty row stands for none.
    grants = [(*name, *grant) for name, view in zip(known, views, strict=True) for grant in view.grants]
    first = views[0].name
    return (
        Check(
            IN_THE_WAY,
            first,
            "fails",
            "Views that no migration makes depend on the same columns, or on views that are made again.",
            _UNKNOWN_VIEWS.format(
                columns=_rows(sorted(columns) or [("", "", "")]),
                known=_rows(known),
                views=_rows(_all_views(fates)),
            ),
        ),
        Check(
            LOST,
            first,
            "loses",
            "Grants that no migration gives stand on views that are made again, and would be gone.",
            _UNKNOWN_GRANTS.format(views=_rows(known), grants=_rows(grants or [("", "", "", "")])),
        ),
    )


def _all_views(fates: Iterable[Fate]) -> list[tuple[str, str]]:
    found = [
        (fate.holder.table.schema, fate.holder.table.name)
        for fate in fates
        if fate.holder.kind == "view" and fate.holder.table is not None
    ]
    return sorted(found)


def _rows(rows: Iterable[tuple[str, ...]]) -> str:
    return ", ".join(f"({', '.join(map(_literal, row))})" for row in rows)


def _literal(text: str) -> str:
    # Whatever standard_conforming_strings says.
    return f"E{literal(text.replace(chr(92), chr(92) * 2))}" if chr(92) in text else literal(text)
