"""The law in the order of the regulation: pure Python, no Django."""
