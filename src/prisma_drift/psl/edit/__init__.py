"""Lines of schema.prisma that declare what a database has."""
