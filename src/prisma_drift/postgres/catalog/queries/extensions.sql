-- Installed extensions, except the language that every database has.
SELECT x.extname AS name, n.nspname AS schema, x.extversion AS version, x.extrelocatable AS relocatable
FROM pg_catalog.pg_extension AS x
JOIN pg_catalog.pg_namespace AS n ON n.oid = x.extnamespace
WHERE x.extname <> 'plpgsql'
