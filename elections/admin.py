"""Where Django finds the staff pages of this app; they are in the desk."""

from .desk import conflict, election, runs

__all__ = ["conflict", "election", "runs"]
