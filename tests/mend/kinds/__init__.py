"""The kinds of drift that random databases have, each with its own knowledge of what is right."""
