-- Tables as Prisma sees them: ordinary tables that are no partitions, and all partitioned ones.
SELECT
    c.oid AS oid,
    n.nspname AS schema,
    c.relname AS name,
    c.relkind = 'p' AS partitioned,
    c.relispartition AS partition,
    EXISTS (
        SELECT FROM pg_catalog.pg_depend AS e
        WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e'
    ) AS of_extension
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = ANY (%(schemas)s::pg_catalog.name[])
    AND ((c.relkind = 'r' AND NOT c.relispartition) OR c.relkind = 'p')
