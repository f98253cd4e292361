"""Answering what a reviewer asks to be corrected."""
