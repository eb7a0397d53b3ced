"""Migrations run as Prisma runs them, and why one fails."""
