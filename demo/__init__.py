"""The demo world: real practices, made-up determinations, fictional people, an election in every status.

Everything here is made by code and the same on every run (docs/decisions/0008-demo-world.md). Nothing outside the
demo and the tests imports it.
"""
