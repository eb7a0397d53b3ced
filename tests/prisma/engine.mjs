// Prisma's engine as a service: one JSON request per line on standard input, one JSON answer per line on standard output.
//
//   {"op": "validate", "files": [[path, text], …]}
//   {"op": "diff", "from": TARGET, "to": TARGET, "summary": false}
//   TARGET: {"files": [[path, text], …]} | {"url": "postgresql://…", "files": […]} | {}   ({} is the empty database)
//           | {"migrations": [text, …], "url": "postgresql://…", "files": […]}   (on a new database of that server)
//
// An answer is {"ok": true, "code": 0 | 2, "stdout": "…"} or {"ok": false, "error": "…"}.
// An engine instance keeps the schema it was made for, so each request makes its own from the one compiled module.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum, DriverAdapterError } from '@prisma/driver-adapter-utils'
import pg from 'pg'

const require = createRequire(import.meta.url)
const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg')
const wasmFile = join(dirname(require.resolve('@prisma/schema-engine-wasm')), 'schema_engine_bg.wasm')
const compiled = await WebAssembly.compile(readFileSync(wasmFile))
const parser = require('@prisma/prisma-schema-wasm')

// A panic poisons the instance, so a fresh one can be made at any time.
async function instantiate() {
  const instance = await WebAssembly.instantiate(compiled, { './schema_engine_bg.js': glue })
  glue.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
}
await instantiate()

// Catalogue columns come as text; these are the type numbers that the engine insists on.
const C = ColumnTypeEnum
const plain = new Map([
  [16, [C.Boolean, (v) => v === 't']], [18, [C.Character, (v) => v]], [20, [C.Int64, (v) => v]],
  [21, [C.Int32, Number]], [23, [C.Int32, Number]], [26, [C.Int64, (v) => v]],
  [22, [C.Int32Array, (v) => v.split(' ').filter((p) => p !== '').map(Number)]],
])
const lists = new Map([
  [1000, [C.BooleanArray, (v) => v === 't']], [1002, [C.CharacterArray, (v) => v]], [1003, [C.TextArray, (v) => v]],
  [1005, [C.Int32Array, Number]], [1007, [C.Int32Array, Number]], [1009, [C.TextArray, (v) => v]],
  [1015, [C.TextArray, (v) => v]], [1016, [C.Int64Array, (v) => v]], [1028, [C.Int64Array, (v) => v]],
])
const splitArray = pg.types.getTypeParser(1009, 'text')
const read = (oid) => {
  if (lists.has(oid)) return (raw) => splitArray(raw).map((v) => (v === null ? null : lists.get(oid)[1](v)))
  return (plain.get(oid) ?? [C.Text, (v) => v])[1]
}
const kind = (oid) => (lists.get(oid) ?? plain.get(oid) ?? [C.Text])[0]
const asAdapterError = (e) => {
  if (!e.code) return e
  return new DriverAdapterError({ kind: 'postgres', code: e.code, severity: e.severity, message: e.message, detail: e.detail,
    column: e.column, hint: e.hint, originalCode: e.code, originalMessage: e.message })
}

function adapterOn(client, url) {
  const guard = (promise) => promise.catch((e) => { throw asAdapterError(e) })
  return {
    provider: 'postgres', adapterName: 'conformance',
    async queryRaw({ sql, args }) {
      if (!client) {
        if (!sql.includes('server_version_num')) throw new Error(`no database here, asked: ${sql}`)
        return { columnNames: ['exists', 'version', 'numeric_version'], columnTypes: [C.Boolean, C.Text, C.Int32],
          rows: [[true, 'PostgreSQL 16.0', 160000]] }
      }
      const result = await guard(client.query({ text: sql, values: args, rowMode: 'array', types: { getTypeParser: read } }))
      return { columnNames: result.fields.map((f) => f.name), columnTypes: result.fields.map((f) => kind(f.dataTypeID)), rows: result.rows }
    },
    async executeRaw({ sql, args }) { return (await guard(client.query(sql, args))).rowCount ?? 0 },
    async executeScript(script) { await guard(client.query(script)) },
    async startTransaction() { throw new Error('diff needs no transaction') },
    getConnectionInfo: () => ({ schemaName: url ? new URL(url).searchParams.get('schema') ?? undefined : undefined, supportsRelationJoins: true }),
    async dispose() {},
  }
}

async function engineFor(files, url, clients) {
  const factory = {
    provider: 'postgres', adapterName: 'conformance',
    async connect() {
      if (!url) return adapterOn(null)
      const client = new pg.Client({ connectionString: url })
      client.on('error', () => {})
      await client.connect().catch((e) => { throw asAdapterError(e) })
      clients.push(client)
      return adapterOn(client, url)
    },
    async connectToShadowDb() { throw new Error('no shadow database here') },
  }
  return glue.SchemaEngine.new({ datamodels: files }, () => {}, bindMigrationAwareSqlAdapterFactory(factory))
}

const asFiles = (pairs) => pairs.map(([path, content]) => ({ path, content }))
const target = (t) => {
  if (t.url) return { tag: 'schemaDatasource', files: asFiles(t.files), configDir: '/' }
  return t.files ? { tag: 'schemaDatamodel', files: asFiles(t.files) } : { tag: 'empty' }
}

// The native engine sends each file whole to its shadow database and describes that as any other; the WASM build's own
// shadow database loses the schema's preview features.
async function migrated(request) {
  const { url, migrations, files } = request.from
  const name = `shadow_${process.pid}_${Math.floor(Math.random() * 1e9)}`
  const server = new pg.Client({ connectionString: url })
  await server.connect()
  const dropped = async () => {
    await server.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`)
    await server.end()
  }
  try {
    await server.query(`CREATE DATABASE "${name}"`)
    const place = new URL(url)
    place.pathname = `/${name}`
    const client = new pg.Client({ connectionString: place.href })
    await client.connect()
    for (const text of migrations) if (text) await client.query(text)
    await client.end()
    return { request: { ...request, from: { url: place.href, files } }, dropped }
  } catch (error) {
    await dropped()
    throw error
  }
}

async function answer(request) {
  if (request.op === 'validate') {
    parser.validate(JSON.stringify({ prismaSchema: request.files, noColor: true }))
    return { code: 0, stdout: '' }
  }
  const clients = []
  let dropped = async () => {}
  if (request.from.migrations) ({ request, dropped } = await migrated(request))
  try {
    const files = request.to.files ?? request.from.files
    const engine = await engineFor(files, request.from.url ?? request.to.url, clients)
    const filters = { externalTables: request.externalTables ?? [], externalEnums: request.externalEnums ?? [] }
    const result = await engine.diff({ from: target(request.from), to: target(request.to), script: !request.summary, exitCode: true, filters })
    const stdout = result.stdout ?? ''
    engine.free?.()
    return { code: result.exitCode, stdout: stdout.endsWith('\n') ? stdout : stdout + '\n' }
  } finally {
    await Promise.all(clients.map((c) => c.end().catch(() => {})))
    await dropped()
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  if (!line.trim()) continue
  let out
  try {
    out = { ok: true, ...(await answer(JSON.parse(line))) }
  } catch (error) {
    let text = error?.message ?? String(error)
    try { text = JSON.parse(text).message ?? text } catch { /* plain text */ }
    out = { ok: false, error: text }
    if (error instanceof WebAssembly.RuntimeError || /panicked|unreachable/.test(text)) await instantiate()
  }
  process.stdout.write(JSON.stringify(out) + '\n')
}
