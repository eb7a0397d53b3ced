-- Partitions and foreign tables: tables that Prisma does not see.
SELECT
    CASE WHEN c.relispartition THEN 'partition' ELSE 'foreign table' END AS kind,
    pg_catalog.format('%%s.%%s', n.nspname, c.relname) AS name,
    coalesce((SELECT pg_catalog.format('%%s.%%s', pn.nspname, p.relname)
              FROM pg_catalog.pg_inherits AS h
              JOIN pg_catalog.pg_class AS p ON p.oid = h.inhparent
              JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.relnamespace
              WHERE h.inhrelid = c.oid AND c.relispartition), '') AS table_name,
    CASE WHEN c.relispartition
        THEN (SELECT pg_catalog.format('CREATE %%sTABLE %%I.%%I PARTITION OF %%I.%%I %%s',
                  CASE c.relkind WHEN 'f' THEN 'FOREIGN ' ELSE '' END, n.nspname, c.relname, pn.nspname, p.relname,
                  pg_catalog.pg_get_expr(c.relpartbound, c.oid))
              FROM pg_catalog.pg_inherits AS h
              JOIN pg_catalog.pg_class AS p ON p.oid = h.inhparent
              JOIN pg_catalog.pg_namespace AS pn ON pn.oid = p.relnamespace
              WHERE h.inhrelid = c.oid)
        ELSE pg_catalog.format('CREATE FOREIGN TABLE %%I.%%I (%%s)', n.nspname, c.relname,
            (SELECT pg_catalog.string_agg(
                pg_catalog.format('%%I %%s', a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
             FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
    END
    || CASE c.relkind
        WHEN 'f' THEN coalesce((
            SELECT pg_catalog.format(' SERVER %%I%%s', s.srvname,
                ' OPTIONS (' || (
                    SELECT pg_catalog.string_agg(
                        pg_catalog.format('%%I %%L', o.option_name, o.option_value), ', ' ORDER BY o.option_name)
                    FROM pg_catalog.pg_options_to_table(f.ftoptions) AS o) || ')')
            FROM pg_catalog.pg_foreign_table AS f
            JOIN pg_catalog.pg_foreign_server AS s ON s.oid = f.ftserver
            WHERE f.ftrelid = c.oid), '')
        WHEN 'p' THEN ' PARTITION BY ' || pg_catalog.pg_get_partkeydef(c.oid)
        ELSE '' END AS definition,
    ARRAY[CASE WHEN c.relispartition THEN 'partition' ELSE 'foreign table' END] AS why
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = ANY (%(schemas)s::pg_catalog.name[])
    AND (c.relkind = 'f' OR (c.relispartition AND c.relkind IN ('r', 'p')))
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
