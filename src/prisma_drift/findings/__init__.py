"""Changes → findings: what differs, since when, and what would mend it."""
