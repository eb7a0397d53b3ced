-- The statements that make the given indexes; apart, since printing one takes longer than reading all the rest of it.
SELECT i.indexrelid AS oid, pg_catalog.pg_get_indexdef(i.indexrelid) AS definition
FROM pg_catalog.pg_index AS i
WHERE i.indexrelid = ANY (%(indexes)s::pg_catalog.oid[])
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
