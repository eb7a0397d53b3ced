-- Foreign keys of tables outside the schemas in scope that point to the given tables.
SELECT
    k.confrelid AS referenced_oid,
    n.nspname AS schema,
    c.relname AS table_name,
    k.conname AS name,
    (
        SELECT pg_catalog.array_agg(a.attname::pg_catalog.text ORDER BY u.place)
        FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY AS u (number, place)
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = u.number
    ) AS referenced_columns,
    pg_catalog.pg_get_constraintdef(k.oid) AS definition
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE k.confrelid = ANY (%(tables)s::pg_catalog.oid[])
    AND k.contype = 'f'
    AND k.conparentid = 0
    AND n.nspname <> ALL (%(schemas)s::pg_catalog.name[])
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
