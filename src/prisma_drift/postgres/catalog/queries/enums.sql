-- Enums with their labels in order; one without labels does not exist for Prisma.
SELECT
    n.nspname AS schema,
    t.typname AS name,
    pg_catalog.array_agg(e.enumlabel::pg_catalog.text ORDER BY e.enumsortorder) AS labels
FROM pg_catalog.pg_enum AS e
JOIN pg_catalog.pg_type AS t ON t.oid = e.enumtypid
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
WHERE n.nspname = ANY (%(schemas)s::pg_catalog.name[])
GROUP BY n.nspname, t.typname
