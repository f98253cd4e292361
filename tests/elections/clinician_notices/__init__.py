"""Telling the clinicians that they take part."""
