-- The keys of the given indexes, or of the indexes behind the given constraints, with their operator classes.
SELECT
    i.indexrelid AS object,
    am.amname::pg_catalog.text AS method,
    u.place::pg_catalog.int4 AS place,
    coalesce(a.attname, '')::pg_catalog.text AS column_name,
    pg_catalog.pg_get_indexdef(i.indexrelid, u.place::pg_catalog.int4, false) AS text,
    CASE WHEN pg_catalog.pg_opclass_is_visible(o.oid) THEN pg_catalog.quote_ident(o.opcname)
        ELSE pg_catalog.format('%%I.%%I', n.nspname, o.opcname) END AS name,
    pg_catalog.format_type(o.opcintype, NULL) AS accepts,
    o.opcdefault AS is_default
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_am AS am ON am.oid = c.relam
CROSS JOIN LATERAL pg_catalog.unnest(i.indclass::pg_catalog.oid[]) WITH ORDINALITY AS u (opclass, place)
JOIN pg_catalog.pg_opclass AS o ON o.oid = u.opclass
JOIN pg_catalog.pg_namespace AS n ON n.oid = o.opcnamespace
LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[u.place - 1] AND i.indkey[u.place - 1] > 0
WHERE i.indexrelid = ANY (%(objects)s::pg_catalog.oid[])
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
