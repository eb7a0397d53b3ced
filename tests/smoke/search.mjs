// Inserts embeddings into the database that DATABASE_URL names, and searches them, as an application does with `pg`.
import { createRequire } from 'node:module'

const { default: pg } = await import(createRequire(process.env.MODULES + '/').resolve('pg'))
const client = new pg.Client({ connectionString: process.env.DATABASE_URL })
await client.connect()

const embedding = (axis) => JSON.stringify(Array.from({ length: 1536 }, (_, i) => (i === axis ? 1 : 0.001)))
const now = new Date().toISOString()
await client.query('INSERT INTO "Workspace" ("id", "name", "slug", "updatedAt") VALUES ($1, $2, $3, $4)', ['w', 'W', 'w', now])
await client.query('INSERT INTO "KnowledgeBase" ("id", "workspaceId", "name", "updatedAt") VALUES ($1, $2, $3, $4)', ['k', 'w', 'K', now])
await client.query(
  'INSERT INTO "KnowledgeSource" ("id", "knowledgeBaseId", "title", "content", "updatedAt") VALUES ($1, $2, $3, $4, $5)',
  ['s', 'k', 'S', 'text', now],
)
for (const axis of [0, 1, 2, 3]) {
  await client.query(
    'INSERT INTO "Vector" ("id", "knowledgeBaseId", "sourceId", "chunk", "embedding") VALUES ($1, $2, $3, $4, $5::vector)',
    [`v${axis}`, 'k', 's', `chunk ${axis}`, embedding(axis)],
  )
}
const { rows } = await client.query('SELECT "chunk" FROM "Vector" ORDER BY "embedding" <=> $1::vector LIMIT 1', [embedding(2)])
await client.end()
console.log(`nearest: ${rows[0].chunk}`)
process.exit(rows[0].chunk === 'chunk 2' ? 0 : 1)
