"""From a project or two sources to a report."""
