"""`python -m prisma_drift`, the same as the command `prisma-drift`."""

import sys

from prisma_drift.cli import entry

sys.exit(entry())
