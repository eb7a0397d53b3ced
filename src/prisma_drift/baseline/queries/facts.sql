-- What a dump does not say, or says of its own accord: the catalogs beside it, by the names of the objects.
WITH mine AS (
  SELECT oid, nspname FROM pg_namespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), member AS (
  SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
), relation AS (
  SELECT c.*, format('%I.%I', m.nspname, c.relname) AS name FROM pg_class AS c JOIN mine AS m ON m.oid = c.relnamespace
  WHERE NOT EXISTS (SELECT FROM member AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid)
    AND c.relname <> '_prisma_migrations'
)
SELECT 'relation' AS kind, name AS object,
  concat_ws(' ', relkind, relpersistence, relreplident, relrowsecurity, relforcerowsecurity, relispartition, relispopulated,
    reloptions, pg_get_userbyid(relowner), relacl, pg_get_expr(relpartbound, oid),
    CASE WHEN relkind = 'p' THEN pg_get_partkeydef(oid) END, CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) END) AS facts
FROM relation
UNION ALL
SELECT 'column', format('%s.%I', r.name, a.attname),
  concat_ws(' ', row_number() OVER (PARTITION BY r.oid ORDER BY a.attnum), format_type(a.atttypid, a.atttypmod), a.attnotnull,
    a.attidentity, a.attgenerated, a.attstorage, a.attcollation::regcollation, a.attoptions, a.attacl, a.attislocal,
    a.attinhcount, pg_get_expr(d.adbin, d.adrelid))
FROM pg_attribute AS a JOIN relation AS r ON r.oid = a.attrelid
LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND r.relkind NOT IN ('i', 'I')
UNION ALL
SELECT 'index', r.name,
  concat_ws(' ', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisready, i.indisclustered, i.indisreplident, i.indisprimary,
    i.indisunique, i.indisexclusion, i.indimmediate)
FROM pg_index AS i JOIN relation AS r ON r.oid = i.indexrelid
UNION ALL
SELECT 'constraint', format('%s %I', coalesce(r.name, k.contypid::regtype::text), k.conname),
  concat_ws(' ', k.contype, pg_get_constraintdef(k.oid), k.condeferrable, k.condeferred, k.convalidated,
    -- a partition's own constraint that was attached says that it is local; nothing follows from that
    CASE WHEN r.relispartition THEN '' ELSE concat(k.conislocal, k.coninhcount) END,
    CASE WHEN k.contype = 'c' THEN k.connoinherit END, (k.conindid::regclass)::text)
FROM pg_constraint AS k LEFT JOIN relation AS r ON r.oid = k.conrelid
JOIN mine AS m ON m.oid = k.connamespace
WHERE (k.conrelid = 0 OR r.oid IS NOT NULL)
  AND NOT EXISTS (SELECT FROM member AS d WHERE d.classid = 'pg_type'::regclass AND d.objid = k.contypid)
UNION ALL
SELECT 'trigger', format('%s %I', r.name, t.tgname), concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled, t.tgparentid <> 0)
FROM pg_trigger AS t JOIN relation AS r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal
UNION ALL
SELECT 'rule', format('%s %I', r.name, w.rulename), concat_ws(' ', pg_get_ruledef(w.oid), w.ev_enabled)
FROM pg_rewrite AS w JOIN relation AS r ON r.oid = w.ev_class
UNION ALL
SELECT 'policy', format('%s %I', r.name, p.polname),
  concat_ws(' ', p.polcmd, p.polpermissive, pg_get_expr(p.polqual, p.polrelid), '|', pg_get_expr(p.polwithcheck, p.polrelid),
    ARRAY(SELECT CASE u WHEN 0 THEN 'public' ELSE pg_get_userbyid(u) END FROM unnest(p.polroles) AS u ORDER BY 1))
FROM pg_policy AS p JOIN relation AS r ON r.oid = p.polrelid
UNION ALL
SELECT 'function', format('%I.%I(%s)', m.nspname, f.proname, pg_get_function_identity_arguments(f.oid)),
  concat_ws(' ', f.prokind, CASE WHEN f.prokind <> 'a' THEN pg_get_functiondef(f.oid) END, f.proacl, pg_get_userbyid(f.proowner),
    (SELECT concat_ws(' ', a.aggkind, a.aggtransfn::regprocedure, a.aggfinalfn, a.aggcombinefn, a.aggtranstype::regtype, a.agginitval)
     FROM pg_aggregate AS a WHERE a.aggfnoid = f.oid))
FROM pg_proc AS f JOIN mine AS m ON m.oid = f.pronamespace
WHERE NOT EXISTS (SELECT FROM member AS d WHERE d.classid = 'pg_proc'::regclass AND d.objid = f.oid)
UNION ALL
SELECT 'type', format('%I.%I', m.nspname, t.typname),
  concat_ws(' ', t.typtype, t.typcategory, t.typnotnull, t.typdefault, t.typacl, pg_get_userbyid(t.typowner),
    format_type(nullif(t.typbasetype, 0), t.typtypmod), t.typcollation::regcollation,
    ARRAY(SELECT e.enumlabel FROM pg_enum AS e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder))
FROM pg_type AS t JOIN mine AS m ON m.oid = t.typnamespace
WHERE NOT EXISTS (SELECT FROM member AS d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid)
  AND t.typname <> '_prisma_migrations' AND t.typname <> '__prisma_migrations'
UNION ALL
SELECT 'extension', x.extname, concat_ws(' ', n.nspname, x.extversion) FROM pg_extension AS x JOIN pg_namespace AS n ON n.oid = x.extnamespace
UNION ALL
SELECT 'schema', m.nspname, concat_ws(' ', pg_get_userbyid(n.nspowner), n.nspacl) FROM pg_namespace AS n JOIN mine AS m USING (oid)
UNION ALL
SELECT 'inherits', r.name, concat_ws(' ', i.inhparent::regclass, i.inhseqno) FROM pg_inherits AS i JOIN relation AS r ON r.oid = i.inhrelid
UNION ALL
SELECT 'comment', concat_ws(' ', o.type, o.identity), d.description
FROM pg_description AS d, pg_identify_object(d.classoid, d.objoid, d.objsubid) AS o
WHERE d.objoid >= 16384 AND NOT EXISTS (SELECT FROM member AS x WHERE x.classid = d.classoid AND x.objid = d.objoid)
UNION ALL
SELECT 'default privileges', concat_ws(' ', pg_get_userbyid(p.defaclrole), n.nspname, p.defaclobjtype), p.defaclacl::text
FROM pg_default_acl AS p LEFT JOIN pg_namespace AS n ON n.oid = p.defaclnamespace
UNION ALL
SELECT 'setting', coalesce(r.rolname, ''), s.setconfig::text FROM pg_db_role_setting AS s LEFT JOIN pg_roles AS r ON r.oid = s.setrole
WHERE s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
UNION ALL
SELECT 'object', concat_ws(' ', o.type, o.identity), ''
FROM (
  SELECT 'pg_operator'::regclass AS c, oid FROM pg_operator UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass
  UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily UNION ALL SELECT 'pg_cast'::regclass, oid FROM pg_cast
  UNION ALL SELECT 'pg_collation'::regclass, oid FROM pg_collation UNION ALL SELECT 'pg_statistic_ext'::regclass, oid FROM pg_statistic_ext
  UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict
  UNION ALL SELECT 'pg_event_trigger'::regclass, oid FROM pg_event_trigger UNION ALL SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server
  UNION ALL SELECT 'pg_publication'::regclass, oid FROM pg_publication UNION ALL SELECT 'pg_language'::regclass, oid FROM pg_language
) AS s, pg_identify_object(s.c, s.oid, 0) AS o
WHERE s.oid >= 16384 AND NOT EXISTS (SELECT FROM member AS x WHERE x.classid = s.c AND x.objid = s.oid)
UNION ALL
SELECT 'large object', oid::text, '' FROM pg_largeobject_metadata
