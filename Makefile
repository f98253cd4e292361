# The commands of this repository; `make help` lists them. All the work is in launcher/, in Python's standard library.

PYTHON ?= python3
ARGS ?=
export ARGS

.PHONY: help setup run test proof lint bench mutants lock python

help setup run test proof lint bench mutants lock: python
	@$(PYTHON) -m launcher $@

python:
	@command -v $(PYTHON) >/dev/null || { echo "You need Python 3.11, 3.12 or 3.13, and $(PYTHON) was not found. Install python3, or give its path: make run PYTHON=/path/to/python3" >&2; exit 1; }

.DEFAULT_GOAL := help
