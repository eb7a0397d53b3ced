"""Where a project's schema and migrations are, and by which rules to read them: flags, environment, file, project."""

from .config import load_config
from .values import Config, Flags, Skipped

__all__ = ["Config", "Flags", "Skipped", "load_config"]
