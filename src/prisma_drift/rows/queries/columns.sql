-- Every column of every table, with its base type below domains and the labels of an enum.
WITH RECURSIVE base (oid, base, typmod) AS (
  SELECT oid, oid, -1 FROM pg_catalog.pg_type WHERE typtype <> 'd'
  UNION ALL
  SELECT t.oid, base.base, CASE WHEN t.typtypmod >= 0 THEN t.typtypmod ELSE base.typmod END
  FROM pg_catalog.pg_type AS t JOIN base ON t.typbasetype = base.oid
  WHERE t.typtype = 'd'
)
SELECT
  n.nspname::text AS schema,
  c.relname::text AS table_name,
  a.attname::text AS name,
  t.typname::text AS type,
  tn.nspname::text AS type_schema,
  t.typtype::text AS kind,
  t.typcategory = 'A' AS is_array,
  CASE WHEN a.atttypmod >= 0 THEN a.atttypmod ELSE base.typmod END AS typmod,
  a.attnotnull OR dt.typnotnull AS not_null,
  a.attgenerated::text AS generated,
  a.attidentity::text AS identity,
  pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS expression,
  ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum AS e
        WHERE e.enumtypid = CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE t.oid END ORDER BY e.enumsortorder) AS labels,
  pg_catalog.format_type(base.base, CASE WHEN a.atttypmod >= 0 THEN a.atttypmod ELSE base.typmod END) AS base_type,
  c.relispartition AS is_partition,
  EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS x
          WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND x.objid = c.oid AND x.deptype = 'e') AS of_extension,
  (SELECT count(*) FROM pg_catalog.pg_attribute AS m WHERE m.attrelid = t.typrelid AND m.attnum > 0 AND NOT m.attisdropped)::int AS members
FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN base ON base.oid = a.atttypid
JOIN pg_catalog.pg_type AS dt ON dt.oid = a.atttypid
JOIN pg_catalog.pg_type AS t ON t.oid = base.base
JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
  AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
ORDER BY n.nspname, c.relname, a.attnum
