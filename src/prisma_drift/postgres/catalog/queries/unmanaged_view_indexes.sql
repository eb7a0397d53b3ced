-- Indexes of materialized views and of foreign objects that are no tables for Prisma.
SELECT
    'index' AS kind,
    pg_catalog.format('%%s.%%s', n.nspname, c.relname) AS name,
    pg_catalog.format('%%s.%%s', n.nspname, t.relname) AS table_name,
    pg_catalog.pg_get_indexdef(c.oid) AS definition,
    ARRAY['materialized view'] AS why
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
WHERE n.nspname = ANY (%(schemas)s::pg_catalog.name[])
    AND t.relkind = 'm'
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
