-- Tables as Prisma sees them: ordinary tables that are no partitions, and partitioned parents.
SELECT
    c.oid AS oid,
    n.nspname AS schema,
    c.relname AS name,
    c.relkind = 'p' AS partitioned,
    coalesce(x.extname, '') AS extension
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_depend AS d
    ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e'
LEFT JOIN pg_catalog.pg_extension AS x ON x.oid = d.refobjid
WHERE n.nspname = ANY (%(schemas)s::pg_catalog.name[])
    AND ((c.relkind = 'r' AND NOT c.relispartition) OR c.relkind = 'p')
