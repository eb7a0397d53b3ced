-- Rows for a database that the migrations in prisma/migrations have built: two workspaces with a little of everything.

INSERT INTO "Workspace" ("id", "name", "slug", "timezone", "updatedAt") VALUES
  ('ws_lumen', 'Lumen Studio', 'lumen', 'America/Sao_Paulo', now()),
  ('ws_harbor', 'Harbor Clinic', 'harbor', 'Europe/Lisbon', now());

INSERT INTO "User" ("id", "workspaceId", "email", "name", "passwordHash", "role", "updatedAt") VALUES
  ('us_ana', 'ws_lumen', 'ana@example.com', 'Ana', 'not-a-hash', 'OWNER', now()),
  ('us_rui', 'ws_lumen', 'rui@example.com', 'Rui', 'not-a-hash', 'AGENT', now()),
  ('us_eva', 'ws_harbor', 'eva@example.com', NULL, 'not-a-hash', 'OWNER', now());

INSERT INTO "Contact" ("id", "workspaceId", "name", "phone", "email", "customFields", "updatedAt")
SELECT 'co_' || n, CASE WHEN n <= 25 THEN 'ws_lumen' ELSE 'ws_harbor' END, 'Contact ' || n, '+3519' || lpad(n::text, 8, '0'),
       CASE WHEN n % 3 = 0 THEN 'contact' || n || '@example.com' END, jsonb_build_object('source', 'import'), now()
FROM generate_series(1, 40) AS n;

INSERT INTO "Conversation" ("id", "workspaceId", "contactId", "assigneeId", "status", "lastMessageAt", "updatedAt")
SELECT 'cv_' || n, CASE WHEN n <= 25 THEN 'ws_lumen' ELSE 'ws_harbor' END, 'co_' || n,
       CASE WHEN n % 4 = 0 AND n <= 25 THEN 'us_rui' END, (ARRAY['OPEN', 'PENDING', 'CLOSED']::"ConversationStatus"[])[n % 3 + 1],
       now() - n * interval '1 hour', now()
FROM generate_series(1, 30) AS n;

INSERT INTO "Flow" ("id", "workspaceId", "name", "version", "isActive", "definition", "updatedAt") VALUES
  ('fl_welcome', 'ws_lumen', 'Welcome', 3, true, '{"nodes": [{"id": "start"}, {"id": "ask-name"}]}', now()),
  ('fl_winback', 'ws_lumen', 'Win back', 1, false, '{"nodes": [{"id": "start"}]}', now()),
  ('fl_booking', 'ws_harbor', 'Booking', 2, true, '{"nodes": [{"id": "start"}, {"id": "pick-day"}]}', now());

INSERT INTO "FlowExecution" ("id", "status", "flowId", "contactId", "conversationId", "createdAt", "updatedAt")
SELECT 'fx_' || n, (ARRAY['running', 'done', 'failed'])[n % 3 + 1], CASE WHEN n <= 25 THEN 'fl_welcome' ELSE 'fl_booking' END,
       CASE WHEN n % 5 > 0 THEN 'co_' || n END, CASE WHEN n % 5 > 0 AND n <= 30 THEN 'cv_' || n END,
       now() - n * interval '1 day', now()
FROM generate_series(1, 40) AS n;

INSERT INTO "GroupLauncher" ("id", "workspaceId", "name", "slug") VALUES
  ('gl_course', 'ws_lumen', 'Course launch', 'course-launch'),
  ('gl_check', 'ws_harbor', 'Free check', 'free-check');

INSERT INTO "LaunchGroup" ("id", "workspaceId", "name", "inviteUrl")
SELECT 'lg_' || n, CASE WHEN n <= 4 THEN 'ws_lumen' ELSE 'ws_harbor' END, 'Group ' || n, 'https://chat.example.com/' || n
FROM generate_series(1, 6) AS n;

INSERT INTO "KnowledgeBase" ("id", "workspaceId", "name", "description", "updatedAt") VALUES
  ('kb_lumen', 'ws_lumen', 'Course answers', 'What people ask before they buy', now()),
  ('kb_harbor', 'ws_harbor', 'Clinic', NULL, now());

INSERT INTO "KnowledgeSource" ("id", "knowledgeBaseId", "title", "url", "content", "status", "updatedAt") VALUES
  ('ks_faq', 'kb_lumen', 'FAQ', 'https://lumen.example.com/faq', 'Questions and answers.', 'INDEXED', now()),
  ('ks_hours', 'kb_harbor', 'Opening hours', NULL, 'Monday to Friday, 9 to 18.', 'INDEXED', now());

INSERT INTO "Vector" ("id", "knowledgeBaseId", "sourceId", "chunk", "embedding")
SELECT 've_' || n, CASE WHEN n <= 12 THEN 'kb_lumen' ELSE 'kb_harbor' END, CASE WHEN n <= 12 THEN 'ks_faq' ELSE 'ks_hours' END, 'Chunk ' || n,
       (SELECT jsonb_agg(round((sin(n * i) / 40)::numeric, 6) ORDER BY i) FROM generate_series(1, 1536) AS i)
FROM generate_series(1, 16) AS n;
