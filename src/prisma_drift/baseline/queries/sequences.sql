-- Every sequence with where it starts.
SELECT format('%I.%I', n.nspname, c.relname) AS name, s.seqstart AS start
FROM pg_sequence AS s JOIN pg_class AS c ON c.oid = s.seqrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_'
ORDER BY 1
