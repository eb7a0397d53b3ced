"""schema.prisma text → tree, with positions."""
