-- Foreign keys of the given tables, without the copies that partitions inherit; vectors as arrays of column numbers.
SELECT
    k.conrelid AS table_oid,
    k.conname AS name,
    k.conkey AS columns,
    k.confrelid AS referenced_oid,
    k.confkey AS referenced_columns,
    rn.nspname AS referenced_schema,
    r.relname AS referenced_name,
    k.confdeltype::pg_catalog.text AS on_delete,
    k.confupdtype::pg_catalog.text AS on_update,
    k.condeferrable AS deferrable,
    k.convalidated AS validated,
    pg_catalog.pg_get_constraintdef(k.oid) AS definition
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS r ON r.oid = k.confrelid
JOIN pg_catalog.pg_namespace AS rn ON rn.oid = r.relnamespace
WHERE k.conrelid = ANY (%(tables)s::pg_catalog.oid[])
    AND k.contype = 'f'
    AND k.conparentid = 0
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
