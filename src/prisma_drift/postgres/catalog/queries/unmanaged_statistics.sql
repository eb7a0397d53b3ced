-- Extended statistics.
SELECT
    'statistics' AS kind,
    pg_catalog.format('%%s.%%s', n.nspname, s.stxname) AS name,
    pg_catalog.format('%%s.%%s', tn.nspname, t.relname) AS table_name,
    pg_catalog.pg_get_statisticsobjdef(s.oid) AS definition,
    ARRAY['statistics'] AS why
FROM pg_catalog.pg_statistic_ext AS s
JOIN pg_catalog.pg_namespace AS n ON n.oid = s.stxnamespace
JOIN pg_catalog.pg_class AS t ON t.oid = s.stxrelid
JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.relnamespace
WHERE n.nspname = ANY (%(schemas)s::pg_catalog.name[])
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
