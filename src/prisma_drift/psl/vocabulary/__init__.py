"""Prisma's fixed words: native types, operator classes, preview features, names of constraints."""
