-- Foreign keys of tables outside the schemas in scope that point to the given tables.
SELECT
    k.confrelid AS referenced_oid,
    n.nspname AS schema,
    c.relname AS table_name,
    k.conname AS name
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE k.confrelid = ANY (%(tables)s::pg_catalog.oid[])
    AND k.contype = 'f'
    AND k.conparentid = 0
    AND n.nspname <> ALL (%(schemas)s::pg_catalog.name[])
