-- All indexes of the given tables, with what a comparison of two catalogs and a count of duplicates need.
SELECT
    i.indexrelid AS oid,
    i.indrelid AS table_oid,
    n.nspname AS schema,
    c.relname AS name,
    pg_catalog.pg_get_indexdef(i.indexrelid) AS definition,
    i.indisvalid AND i.indisready AS valid,
    i.indisunique AS is_unique,
    coalesce((pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct')::pg_catalog.bool, false) AS nulls_not_distinct,
    EXISTS (
        SELECT FROM pg_catalog.pg_constraint AS k
        WHERE k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
    ) AS of_constraint,
    i.indisexclusion AS is_exclusion,
    (pg_catalog.string_to_array(i.indkey::pg_catalog.text, ' ')::pg_catalog.int2[])[1:i.indnkeyatts] AS columns,
    ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, k, true) FROM pg_catalog.generate_series(1, i.indnkeyatts) AS k) AS keys,
    coalesce(pg_catalog.pg_get_expr(i.indpred, i.indrelid), '') AS predicate
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE i.indrelid = ANY (%(tables)s::pg_catalog.oid[])
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits AS h WHERE h.inhrelid = i.indexrelid)
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
