"""Pages that save themselves: saving, merging, and what was typed when the session ended."""
