// Prisma's own CLI with its engine as WebAssembly: no native binary is fetched. The adapter sends each migration as one message.
import { ColumnTypeEnum as C, DriverAdapterError } from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { defineConfig } from 'prisma/config'

const same = (value: string) => value
const splitArray = pg.types.getTypeParser(1009, 'text')
const plain: Record<number, [number, (value: string) => unknown]> = {
  16: [C.Boolean, (v) => v === 't'], 18: [C.Character, same], 20: [C.Int64, same], 21: [C.Int32, Number], 23: [C.Int32, Number],
  26: [C.Int64, same], 1184: [C.DateTime, (v) => new Date(v).toISOString()], 22: [C.Int32Array, (v) => v.split(' ').filter(Boolean).map(Number)],
}
const lists: Record<number, [number, (value: string) => unknown]> = {
  1000: [C.BooleanArray, (v) => v === 't'], 1002: [C.CharacterArray, same], 1003: [C.TextArray, same], 1005: [C.Int32Array, Number],
  1007: [C.Int32Array, Number], 1009: [C.TextArray, same], 1015: [C.TextArray, same], 1016: [C.Int64Array, same], 1028: [C.Int64Array, same],
}
const read = (oid: number) => (lists[oid]
  ? (raw: string) => splitArray(raw).map((v: string | null) => (v === null ? null : lists[oid][1](v)))
  : (plain[oid] ?? [C.Text, same])[1])

const failed = (e: any) => (!e.code ? e : new DriverAdapterError({
  kind: 'postgres', code: e.code, severity: e.severity, message: e.message, detail: e.detail, column: e.column, hint: e.hint,
  originalCode: e.code, originalMessage: e.message,
}))

async function adapterOn(connectionString: string, dispose = async () => {}) {
  // One connection, but held by a pool: an idle one does not keep the process alive, and the CLI never disposes.
  const client = new pg.Pool({ connectionString, max: 1, allowExitOnIdle: true })
  client.on('error', () => {})
  const guard = <T>(promise: Promise<T>) => promise.catch((e) => { throw failed(e) })
  ;(await guard(client.connect())).release()
  return {
    provider: 'postgres' as const, adapterName: 'printed',
    async queryRaw({ sql, args }: any) {
      const result = await guard(client.query({ text: sql, values: args, rowMode: 'array', types: { getTypeParser: read as any } }))
      return {
        columnNames: result.fields.map((f) => f.name),
        columnTypes: result.fields.map((f) => (lists[f.dataTypeID] ?? plain[f.dataTypeID] ?? [C.Text])[0]),
        rows: result.rows,
      }
    },
    async executeRaw({ sql, args }: any) { return (await guard(client.query(sql, args))).rowCount ?? 0 },
    async executeScript(script: string) { await guard(client.query(script)) },
    async startTransaction() { throw new Error('the schema engine needs none') },
    getConnectionInfo: () => ({ schemaName: new URL(connectionString).searchParams.get('schema') ?? undefined, supportsRelationJoins: true }),
    async dispose() { await client.end(); await dispose() },
  }
}

async function shadow(connectionString: string) {
  const name = `printed_shadow_${process.pid}_${Date.now()}`
  const url = new URL(connectionString)
  const admin = new pg.Pool({ connectionString, max: 1, allowExitOnIdle: true })
  await admin.query(`CREATE DATABASE "${name}" TEMPLATE template0`)
  url.pathname = `/${name}`
  return adapterOn(url.href, async () => { await admin.query(`DROP DATABASE "${name}" WITH (FORCE)`); await admin.end() })
}

export default defineConfig({
  experimental: { adapter: true },
  engine: 'js',
  adapter: async () => ({
    provider: 'postgres', adapterName: 'printed',
    connect: () => adapterOn(process.env.DATABASE_URL!),
    connectToShadowDb: () => shadow(process.env.DATABASE_URL!),
  }) as any,
} as any)
