-- Every index that forbids rows: unique ones, primary keys, exclusions; with all columns that it looks at.
SELECT
  n.nspname::text AS schema,
  c.relname::text AS table_name,
  i.relname::text AS name,
  ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = c.oid AND (a.attnum = ANY (x.indkey::pg_catalog.int2[]) OR EXISTS (
          SELECT 1 FROM pg_catalog.pg_depend AS d
          WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = x.indexrelid AND d.refobjid = c.oid AND d.refobjsubid = a.attnum))
        ORDER BY a.attnum) AS columns,
  NOT x.indimmediate AS deferrable,
  x.indisprimary AS is_primary
FROM pg_catalog.pg_index AS x
JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
JOIN pg_catalog.pg_class AS c ON c.oid = x.indrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE (x.indisunique OR x.indisexclusion) AND c.relkind IN ('r', 'p')
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
ORDER BY n.nspname, c.relname, i.relname
