-- All constraints of the given tables but NOT NULL, which their columns say; copies on partitions are left out.
SELECT
    k.oid AS oid,
    k.conrelid AS table_oid,
    k.conname AS name,
    k.contype::pg_catalog.text AS kind,
    pg_catalog.pg_get_constraintdef(k.oid) AS definition,
    k.convalidated AS validated,
    coalesce(k.conkey, ARRAY[]::pg_catalog.int2[]) AS columns,
    k.confrelid AS referenced_oid,
    coalesce(k.confkey, ARRAY[]::pg_catalog.int2[]) AS referenced_columns,
    k.conindid AS index_oid,
    coalesce(pg_catalog.pg_get_expr(k.conbin, k.conrelid), '') AS expression
FROM pg_catalog.pg_constraint AS k
WHERE k.conrelid = ANY (%(tables)s::pg_catalog.oid[])
    AND k.contype IN ('p', 'u', 'f', 'c', 'x')
    AND k.conparentid = 0
    AND k.conislocal
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
