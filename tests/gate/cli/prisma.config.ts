import { defineConfig } from 'prisma/config'
import { PrismaPg } from '@prisma/adapter-pg'

// The adapter knows no columns of the type `name`, which the engine asks for: they are told as text.
class Adapter extends PrismaPg {
  async connect(): Promise<any> {
    const made: any = await super.connect()
    const ask = made.performIO.bind(made)
    made.performIO = async (query: any) => {
      const result = await ask(query)
      for (const field of result?.fields ?? []) if (field.dataTypeID === 19) field.dataTypeID = 25
      return result
    }
    return made
  }
}

export default defineConfig({
  experimental: { adapter: true },
  engine: 'js',
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  adapter: async () => new Adapter({ connectionString: process.env.DATABASE_URL, idleTimeoutMillis: 50 }),
})
