-- Every condition that a row has to meet: checks of tables, of domains (over VALUE), and the bounds of partitions.
WITH RECURSIVE domains (oid, above) AS (
  SELECT oid, oid FROM pg_catalog.pg_type WHERE typtype = 'd'
  UNION ALL
  SELECT domains.oid, t.typbasetype FROM pg_catalog.pg_type AS t JOIN domains ON t.oid = domains.above
  WHERE t.typtype = 'd' AND t.typbasetype <> 0
)
SELECT
  n.nspname::text AS schema,
  c.relname::text AS table_name,
  k.conname::text AS name,
  ''::text AS domain_column,
  ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey) ORDER BY a.attnum) AS columns,
  pg_catalog.pg_get_expr(k.conbin, k.conrelid) AS expression
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE k.contype = 'c'
UNION ALL
SELECT n.nspname::text, c.relname::text, k.conname::text, a.attname::text, ARRAY[a.attname::text], pg_catalog.pg_get_expr(k.conbin, 0)
FROM pg_catalog.pg_constraint AS k
JOIN domains ON domains.above = k.contypid
JOIN pg_catalog.pg_attribute AS a ON a.atttypid = domains.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE k.contype = 'c'
UNION ALL
SELECT n.nspname::text, c.relname::text, '', '',
  ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum = ANY (p.partattrs) ORDER BY a.attnum),
  (SELECT pg_catalog.string_agg('(' || pg_catalog.pg_get_partition_constraintdef(i.inhrelid) || ')', ' OR ' ORDER BY i.inhrelid)
   FROM pg_catalog.pg_inherits AS i WHERE i.inhparent = c.oid)
FROM pg_catalog.pg_partitioned_table AS p
JOIN pg_catalog.pg_class AS c ON c.oid = p.partrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE p.partstrat <> 'h' AND p.partdefid = 0
ORDER BY 1, 2, 3, 4
