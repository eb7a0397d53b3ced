"""Drop + Add that is one object under a new name: what is told, what the evidence says, what stays open."""
