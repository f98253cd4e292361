"""Cells of CSV files that people open in a spreadsheet."""

BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def escaped(cell: object) -> object:
    """Return a cell that no spreadsheet runs as a formula: a text that begins like one gets a leading apostrophe."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(BEGINS_FORMULA) else cell
