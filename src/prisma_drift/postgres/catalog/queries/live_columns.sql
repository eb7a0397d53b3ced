-- Columns of the given tables, for a comparison of two catalogs: everything that SQL can set again.
SELECT
    a.attrelid AS table_oid,
    a.attnum AS number,
    a.attname AS name,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
    coalesce((
        SELECT pg_catalog.format('%%I.%%I', cn.nspname, co.collname)
        FROM pg_catalog.pg_collation AS co
        JOIN pg_catalog.pg_namespace AS cn ON cn.oid = co.collnamespace
        WHERE co.oid = a.attcollation AND a.attcollation <> t.typcollation), '') AS collation,
    a.attnotnull AS not_null,
    CASE WHEN a.attgenerated = '' THEN coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') ELSE '' END AS expression,
    CASE WHEN a.attgenerated <> '' THEN coalesce(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') ELSE '' END AS generated,
    a.attgenerated::pg_catalog.text AS generated_kind,
    a.attidentity::pg_catalog.text AS identity,
    CASE WHEN e.typtype = 'e' OR t.typtype = 'e' THEN
        ARRAY(SELECT l.enumlabel::pg_catalog.text FROM pg_catalog.pg_enum AS l
              WHERE l.enumtypid = CASE WHEN t.typtype = 'e' THEN t.oid ELSE e.oid END ORDER BY l.enumsortorder)
        ELSE ARRAY[]::pg_catalog.text[] END AS labels,
    t.typelem <> 0 AND t.typlen = -1 AS is_list
FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_type AS e ON e.oid = t.typelem AND t.typlen = -1
LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = ANY (%(tables)s::pg_catalog.oid[])
    AND a.attnum > 0
    AND NOT a.attisdropped
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
