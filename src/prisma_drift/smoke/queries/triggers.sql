-- Every enabled trigger of a user's own.
SELECT n.nspname::text AS schema, c.relname::text AS table_name, t.tgname::text AS name
FROM pg_catalog.pg_trigger AS t
JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND c.relkind IN ('r', 'p')
ORDER BY n.nspname, c.relname, t.tgname
