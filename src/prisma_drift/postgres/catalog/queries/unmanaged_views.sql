-- Views and materialized views, except those of extensions.
SELECT
    CASE c.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END AS kind,
    pg_catalog.format('%%s.%%s', n.nspname, c.relname) AS name,
    '' AS table_name,
    pg_catalog.format('CREATE %%s %%I.%%I%%s AS%%s%%s',
        CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, n.nspname, c.relname,
        ' WITH (' || pg_catalog.array_to_string(c.reloptions, ', ') || ')',
        E'\n', pg_catalog.rtrim(pg_catalog.pg_get_viewdef(c.oid), ';')) AS definition,
    ARRAY[CASE c.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END] AS why
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = ANY (%(schemas)s::pg_catalog.name[])
    AND c.relkind IN ('v', 'm')
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS e
        WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e'
    )
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
