"""Asking practices to sign, the board, and the room behind a personal link."""
