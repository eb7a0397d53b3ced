-- The given views, with their options.
SELECT
    'pg_class' AS class_,
    c.oid AS object,
    0 AS number,
    CASE c.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END AS kind,
    pg_catalog.format('%%s.%%s', n.nspname, c.relname) AS name,
    n.nspname::pg_catalog.text AS schema,
    c.relname::pg_catalog.text AS table_name,
    '' AS column_name,
    pg_catalog.format('DROP %%s %%I.%%I', CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, n.nspname, c.relname)
        AS drop,
    pg_catalog.format('CREATE %%s %%I.%%I%%s AS%%s%%s',
        CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, n.nspname, c.relname,
        ' WITH (' || pg_catalog.array_to_string(c.reloptions, ', ') || ')',
        E'\n', pg_catalog.rtrim(pg_catalog.pg_get_viewdef(c.oid), ';')) AS definition,
    ARRAY[]::pg_catalog.text[] AS after,
    CASE WHEN pg_catalog.pg_get_userbyid(c.relowner) <> current_user
        THEN pg_catalog.format('ALTER VIEW %%I.%%I OWNER TO %%I', n.nspname, c.relname, pg_catalog.pg_get_userbyid(c.relowner))
        ELSE '' END AS owner
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.oid = ANY (%(objects)s::pg_catalog.oid[])
    AND c.relkind IN ('v', 'm')
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
