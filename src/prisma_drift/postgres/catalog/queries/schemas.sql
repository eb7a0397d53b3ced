-- Which of the schemas in scope exist.
SELECT n.nspname AS name
FROM pg_catalog.pg_namespace AS n
WHERE n.nspname = ANY (%(schemas)s::pg_catalog.name[])
