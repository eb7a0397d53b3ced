-- Which of the queries unmanaged_*.sql can find anything at all: most databases have few of these kinds, and asking for
-- each takes longer than this; and whether there are tables outside the schemas in scope, which may point into them. Objects
-- with a number below 16384 come with Postgres itself.
SELECT 'comments' AS kind
WHERE EXISTS (SELECT FROM pg_catalog.pg_description AS d WHERE d.objoid >= 16384)
UNION ALL
SELECT 'event_triggers'
WHERE EXISTS (SELECT FROM pg_catalog.pg_event_trigger)
UNION ALL
SELECT 'functions'
WHERE EXISTS (SELECT FROM pg_catalog.pg_proc AS p WHERE p.oid >= 16384)
UNION ALL
SELECT 'outside'
WHERE EXISTS (
    SELECT FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p') AND n.nspname <> ALL (%(schemas)s::pg_catalog.name[])
)
UNION ALL
SELECT 'policies'
WHERE EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.relrowsecurity) OR EXISTS (SELECT FROM pg_catalog.pg_policy)
UNION ALL
SELECT 'rules'
WHERE EXISTS (SELECT FROM pg_catalog.pg_rewrite AS r WHERE r.oid >= 16384 AND r.rulename <> '_RETURN')
UNION ALL
SELECT 'statistics'
WHERE EXISTS (SELECT FROM pg_catalog.pg_statistic_ext)
UNION ALL
SELECT 'tables'
WHERE EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.relkind = 'f' OR c.relispartition)
UNION ALL
SELECT 'triggers'
WHERE EXISTS (SELECT FROM pg_catalog.pg_trigger AS g WHERE NOT g.tgisinternal)
UNION ALL
SELECT 'types'
WHERE EXISTS (SELECT FROM pg_catalog.pg_type AS t WHERE t.oid >= 16384 AND t.typtype IN ('d', 'r'))
    OR EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.oid >= 16384 AND c.relkind = 'c')
    OR EXISTS (
        SELECT FROM pg_catalog.pg_type AS t
        WHERE t.oid >= 16384
            AND t.typtype = 'e'
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = t.oid)
    )
UNION ALL
SELECT 'view_indexes'
WHERE EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.relkind = 'm')
UNION ALL
SELECT 'views'
WHERE EXISTS (SELECT FROM pg_catalog.pg_class AS c WHERE c.oid >= 16384 AND c.relkind IN ('v', 'm'))
