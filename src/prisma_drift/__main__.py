"""`python -m prisma_drift`, the same as the console script."""

import sys

from prisma_drift.cli import entry

sys.exit(entry())
