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
    ) AS of_extension,
    -- What an extension's own script makes is its member by the very command that makes it; ALTER EXTENSION ADD comes later.
    -- Rows of system columns are written once, unlike the table's own.
    c.relkind IN ('r', 'p') AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend AS e
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = -1
        WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype = 'e'
            AND e.xmin = a.xmin AND e.cmin = a.cmin
    ) AS made_outside,
    c.relpersistence = 'u' AS unlogged
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = ANY (%(schemas)s::pg_catalog.name[])
    AND ((c.relkind = 'r' AND NOT c.relispartition) OR c.relkind = 'p')
