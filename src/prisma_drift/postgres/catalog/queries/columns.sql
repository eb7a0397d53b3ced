-- Columns of the given tables. `udt_*` look through one level of domain, as information_schema.columns does.
SELECT
    a.attrelid AS table_oid,
    a.attnum AS number,
    a.attname AS name,
    pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
    un.nspname AS udt_schema,
    u.typname AS udt_name,
    u.typtype::pg_catalog.text AS udt_kind,
    u.typelem <> 0 AND u.typlen = -1 AS is_array,
    coalesce(e.typname, '') AS element_name,
    coalesce(e.typtype::pg_catalog.text, '') AS element_kind,
    coalesce(en.nspname, '') AS element_schema,
    CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END AS typmod,
    t.typtype = 'd' AS domain,
    a.attnotnull OR (t.typtype = 'd' AND t.typnotnull) AS not_null,
    pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS expression,
    a.attgenerated::pg_catalog.text AS generated,
    a.attidentity::pg_catalog.text AS identity,
    a.attcollation AS collation_oid,
    CASE WHEN a.attcollation <> t.typcollation
        THEN (SELECT CASE WHEN cn.nspname = 'pg_catalog' THEN pg_catalog.quote_ident(co.collname)
                     ELSE pg_catalog.format('%%I.%%I', cn.nspname, co.collname) END
              FROM pg_catalog.pg_collation AS co
              JOIN pg_catalog.pg_namespace AS cn ON cn.oid = co.collnamespace
              WHERE co.oid = a.attcollation)
        ELSE '' END AS collation
FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
JOIN pg_catalog.pg_type AS u ON u.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
JOIN pg_catalog.pg_namespace AS un ON un.oid = u.typnamespace
LEFT JOIN pg_catalog.pg_type AS e ON e.oid = u.typelem AND u.typlen = -1
LEFT JOIN pg_catalog.pg_namespace AS en ON en.oid = e.typnamespace
LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attrelid = ANY (%(tables)s::pg_catalog.oid[])
    AND a.attnum > 0
    AND NOT a.attisdropped
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
