"""Sets up, starts, stops and tests this checkout; the standard library alone, as nothing is installed yet."""
