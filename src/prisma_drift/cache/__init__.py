"""What earlier runs found out, kept in the user's own cache folder; nothing in it is ever needed."""
