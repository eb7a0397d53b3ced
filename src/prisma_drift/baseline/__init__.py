"""One migration in place of a history: what the history built, in Postgres' own words, proved to be the same."""
