"""What a schema as a whole must keep to: Prisma's own rules and messages."""
