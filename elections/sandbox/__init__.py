"""Checking a group without an account."""
