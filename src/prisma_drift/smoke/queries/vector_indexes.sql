-- Every HNSW and IVFFlat index of a table, with the operator that it answers.
SELECT
  n.nspname::text AS schema,
  c.relname::text AS table_name,
  i.relname::text AS name,
  m.amname::text AS method,
  pg_catalog.pg_get_indexdef(x.indexrelid, 1, false) AS key,
  pg_catalog.pg_get_expr(x.indpred, x.indrelid) AS predicate,
  a.attname::text AS column_name,
  o.oprname::text AS operator,
  opn.nspname::text AS operator_schema,
  t.typname::text AS type,
  tn.nspname::text AS type_schema,
  k.atttypmod AS typmod
FROM pg_catalog.pg_index AS x
JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
JOIN pg_catalog.pg_am AS m ON m.oid = i.relam
JOIN pg_catalog.pg_class AS c ON c.oid = x.indrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_opclass AS oc ON oc.oid = x.indclass[0]
JOIN pg_catalog.pg_amop AS ao ON ao.amopfamily = oc.opcfamily AND ao.amoppurpose = 'o'
JOIN pg_catalog.pg_operator AS o ON o.oid = ao.amopopr
JOIN pg_catalog.pg_namespace AS opn ON opn.oid = o.oprnamespace
JOIN pg_catalog.pg_type AS t ON t.oid = o.oprright
JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.typnamespace
JOIN pg_catalog.pg_attribute AS k ON k.attrelid = x.indexrelid AND k.attnum = 1
LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0]
WHERE m.amname IN ('hnsw', 'ivfflat') AND c.relkind = 'r'
ORDER BY n.nspname, c.relname, i.relname
