"""Makes projects of any size: models, and a history that builds them and then goes on changing them."""

from __future__ import annotations

from pathlib import Path

HEAD = 'datasource db {\n  provider = "postgresql"\n  url      = env("DATABASE_URL")\n}\n\ngenerator client {\n  provider = "prisma-client-js"\n}\n'
COLUMNS = 8
"""Of each model at its start; later migrations add more."""


def make(root: Path, migrations: int, models: int) -> Path:
    """A project in `root` with so many migrations and models, in step; `root`."""
    fields: list[list[str]] = [[] for _ in range(models)]
    folder = root / "prisma" / "migrations"
    folder.mkdir(parents=True)
    (folder / "migration_lock.toml").write_text('provider = "postgresql"\n')
    for number in range(migrations):
        statements = []
        first, last = (-(-models * many // migrations) for many in (number, number + 1))
        statements += [_create(model) for model in range(first, last)]
        if not statements:
            model = number * 7919 % max(last, 1)
            name = f"extra{len(fields[model])}"
            fields[model].append(f"  {name} String?")
            statements.append(f'ALTER TABLE "Model{model}" ADD COLUMN "{name}" TEXT;')
        place = folder / f"{20200101000000 + number:014d}_step"
        place.mkdir()
        (place / "migration.sql").write_text("\n\n".join(statements) + "\n")
    text = HEAD + "".join(_model(number, models, fields[number]) for number in range(models))
    (root / "prisma" / "schema.prisma").write_text(text)
    return root


def _parent(number: int) -> int | None:
    return number - 1 if number % 5 else None


def _create(number: int) -> str:
    table = f"Model{number}"
    lines = [
        '    "id" SERIAL NOT NULL',
        '    "name" TEXT NOT NULL',
        '    "email" VARCHAR(200)',
        "    \"state\" TEXT NOT NULL DEFAULT 'new'",
        '    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP',
        '    "amount" DECIMAL(65,30) NOT NULL DEFAULT 0',
        '    "settings" JSONB',
        '    "parentId" INTEGER',
    ]
    sql = (
        f'CREATE TABLE "{table}" (\n'
        + ",\n".join(lines)
        + f',\n\n    CONSTRAINT "{table}_pkey" PRIMARY KEY ("id")\n);\n'
    )
    sql += f'CREATE INDEX "{table}_name_idx" ON "{table}"("name");\n'
    sql += f'CREATE UNIQUE INDEX "{table}_email_key" ON "{table}"("email");'
    parent = _parent(number)
    if parent is not None:
        sql += (
            f'\nALTER TABLE "{table}" ADD CONSTRAINT "{table}_parentId_fkey" FOREIGN KEY ("parentId") '
            f'REFERENCES "Model{parent}"("id") ON DELETE SET NULL ON UPDATE CASCADE;'
        )
    return sql


def _model(number: int, models: int, extra: list[str]) -> str:
    parent, child = _parent(number), number + 1
    lines = [
        "  id        Int      @id @default(autoincrement())",
        "  name      String",
        "  email     String?  @unique @db.VarChar(200)",
        '  state     String   @default("new")',
        "  createdAt DateTime @default(now())",
        "  amount    Decimal  @default(0)",
        "  settings  Json?",
        "  parentId  Int?",
    ]
    if parent is not None:
        lines.append(f"  parent    Model{parent}? @relation(fields: [parentId], references: [id])")
    if child < models and _parent(child) is not None:
        lines.append(f"  children  Model{child}[]")
    return "\n".join([f"\nmodel Model{number} {{", *lines, *extra, "\n  @@index([name])", "}", ""])
