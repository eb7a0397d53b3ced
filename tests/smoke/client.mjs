// The same with Prisma's own client, which needs no engine (`engineType = "client"`): it is generated at CLIENT.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

const near = createRequire(process.env.CLIENT + '/')
const { PrismaClient } = near('./index.js')
const { PrismaPg } = await import(pathToFileURL(near.resolve('@prisma/adapter-pg')))
const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL }) })

const embedding = (axis) => JSON.stringify(Array.from({ length: 1536 }, (_, i) => (i === axis ? 1 : 0.001)))
const workspace = await prisma.workspace.create({
  data: {
    name: 'W',
    slug: 'w',
    contacts: { create: { name: 'Ada', phone: '+41', tags: { create: { name: 'new', workspace: { connect: { slug: 'w' } } } } } },
    knowledgeBases: { create: { name: 'K', sources: { create: { title: 'S', content: 'text' } } } },
  },
  include: { contacts: { include: { tags: true } }, knowledgeBases: { include: { sources: true } } },
})
const flow = await prisma.flow.create({
  data: { name: 'F', definition: [], workspaceId: workspace.id, executions: { create: { workspaceId: workspace.id, currentNodeId: 'start', state: { at: 1 } } } },
  include: { executions: true },
})
const [base] = workspace.knowledgeBases
for (const axis of [0, 1, 2, 3]) {
  await prisma.$executeRaw`INSERT INTO "Vector" ("id", "knowledgeBaseId", "sourceId", "chunk", "embedding")
    VALUES (${`v${axis}`}, ${base.id}, ${base.sources[0].id}, ${`chunk ${axis}`}, ${embedding(axis)}::vector)`
}
const rows = await prisma.$queryRaw`SELECT "chunk" FROM "Vector" ORDER BY "embedding" <=> ${embedding(2)}::vector LIMIT 1`
const count = await prisma.vector.count({ where: { knowledgeBase: { workspaceId: workspace.id } } })
await prisma.workspace.delete({ where: { id: workspace.id } })
const left = await prisma.flowExecution.count()
await prisma.$disconnect()
console.log(`tag: ${workspace.contacts[0].tags[0].name}; step: ${flow.executions[0].currentNodeId}; nearest of ${count}: ${rows[0].chunk}; left: ${left}`)
