-- CHECK and exclusion constraints, keys that are DEFERRABLE or NOT VALID, and NOT NULL that is NOT VALID, which Prisma does not see.
SELECT
    CASE k.contype WHEN 'c' THEN 'check' WHEN 'x' THEN 'exclusion' ELSE 'constraint' END AS kind,
    pg_catalog.format('%%s.%%s.%%s', n.nspname, t.relname, k.conname) AS name,
    pg_catalog.format('%%s.%%s', n.nspname, t.relname) AS table_name,
    pg_catalog.format('ALTER TABLE %%I.%%I ADD CONSTRAINT %%I %%s', n.nspname, t.relname, k.conname,
        pg_catalog.pg_get_constraintdef(k.oid)) AS definition,
    pg_catalog.array_remove(ARRAY[
        CASE k.contype WHEN 'c' THEN 'check' WHEN 'x' THEN 'exclusion' END,
        CASE WHEN k.condeferrable THEN 'deferrable' END,
        CASE WHEN NOT k.convalidated THEN 'not-valid' END
    ], NULL) AS why
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS t ON t.oid = k.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
WHERE k.conrelid = ANY (%(tables)s::pg_catalog.oid[])
    AND (k.contype IN ('c', 'x') OR (k.contype IN ('f', 'u', 'p') AND (k.condeferrable OR NOT k.convalidated))
        OR (k.contype = 'n' AND NOT k.convalidated))
    AND k.conparentid = 0
    AND k.conislocal
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
