"""Lines of styled pieces, which the sections of the terminal's report are made of."""

from __future__ import annotations

Piece = tuple[str, str]
"""Text, and how it looks: '' | dim | bold | good | bad | changed | warn | code."""

Line = tuple[Piece, ...]
