-- Indexes of the given tables, primary keys too; vectors as text, numbers apart by spaces.
SELECT
    i.indexrelid AS oid,
    i.indrelid AS table_oid,
    c.relname AS name,
    am.amname AS method,
    i.indisunique AS is_unique,
    i.indisprimary AS is_primary,
    i.indisexclusion AS is_exclusion,
    i.indisvalid AS valid,
    i.indnkeyatts AS key_count,
    i.indkey::pg_catalog.text AS keys,
    i.indoption::pg_catalog.text AS options,
    i.indclass::pg_catalog.text AS opclasses,
    i.indcollation::pg_catalog.text AS collations,
    pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate,
    -- The column exists from Postgres 15 on.
    i.indisunique AND NOT i.indisprimary
        AND coalesce((pg_catalog.to_jsonb(i) ->> 'indnullsnotdistinct')::pg_catalog.bool, false) AS nulls_not_distinct,
    c.reloptions IS NOT NULL OR c.reltablespace <> 0 AS storage,
    coalesce(k.contype::pg_catalog.text, '') AS constraint_type,
    coalesce(k.condeferrable, false) AS deferrable
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_am AS am ON am.oid = c.relam
LEFT JOIN pg_catalog.pg_constraint AS k
    ON k.conrelid = i.indrelid AND k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
WHERE i.indrelid = ANY (%(tables)s::pg_catalog.oid[])
    AND (SELECT pg_catalog.set_config('search_path', %(path)s, true)) IS NOT NULL
