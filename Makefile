# The commands of this repository; `make help` lists them. All the work is in launcher/, in Python's standard library.

PYTHON ?= python3
ARGS ?=
export ARGS

.PHONY: help setup run test proof lint bench mutants lock python

help setup run test proof lint bench mutants lock: python
	@$(PYTHON) -m launcher $@

python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11, 3.12 or 3.13 is needed and no $(PYTHON) was found. Install python3, or name one: make run PYTHON=/path/to/python3" >&2; exit 1; }

.DEFAULT_GOAL := help
