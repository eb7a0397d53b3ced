-- Columns of tables outside the schemas in scope whose type is an enum in scope, or a list of one.
SELECT
    en.nspname AS enum_schema,
    e.typname AS enum_name,
    n.nspname AS schema,
    c.relname AS table_name,
    a.attname AS name,
    t.oid <> e.oid AS is_list,
    pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS expression
FROM pg_catalog.pg_type AS e
JOIN pg_catalog.pg_namespace AS en ON en.oid = e.typnamespace
JOIN pg_catalog.pg_type AS t ON t.oid IN (e.oid, e.typarray)
JOIN pg_catalog.pg_attribute AS a ON a.atttypid = t.oid
JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated = ''
WHERE e.typtype = 'e'
    AND en.nspname = ANY (%(schemas)s::pg_catalog.name[])
    AND n.nspname <> ALL (%(schemas)s::pg_catalog.name[])
    AND n.nspname !~ '^pg_'
    AND c.relkind IN ('r', 'p')
    AND NOT a.attisdropped
    AND a.attinhcount = 0
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
