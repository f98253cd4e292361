"""The reviewer's desk: pages that perform verbs, never fields that hold status."""

from .desk import conflict, election, runs

__all__ = ["conflict", "election", "runs"]
