-- Every table whose row-level security binds its owner too.
SELECT
  n.nspname::text AS schema,
  c.relname::text AS table_name,
  pg_catalog.pg_get_userbyid(c.relowner)::text AS owner,
  EXISTS (
    SELECT 1 FROM pg_catalog.pg_policy AS p WHERE p.polrelid = c.oid
  ) AS has_policies
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relrowsecurity AND c.relforcerowsecurity
ORDER BY n.nspname, c.relname
