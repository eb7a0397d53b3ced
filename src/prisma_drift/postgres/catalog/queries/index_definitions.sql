-- The statements that make the given indexes, or the constraints that own them; apart, since printing them takes time.
SELECT
    i.indexrelid AS oid,
    CASE WHEN k.oid IS NULL THEN pg_catalog.pg_get_indexdef(i.indexrelid)
        ELSE pg_catalog.format('ALTER TABLE %%I.%%I ADD CONSTRAINT %%I %%s', n.nspname, t.relname, k.conname,
            pg_catalog.pg_get_constraintdef(k.oid)) END AS definition
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
LEFT JOIN pg_catalog.pg_constraint AS k
    ON k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('u', 'x')
WHERE i.indexrelid = ANY (%(indexes)s::pg_catalog.oid[])
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
