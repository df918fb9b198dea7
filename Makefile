# `make app` opens the application, `make test` runs the checks; both set up what they need first.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
COMPILED := $(VENV)/.compiled

.DEFAULT_GOAL := help
.PHONY: help setup app test test-full bench docs lock clean

help:
	@echo "make app        open the application"
	@echo "make test       lint, types and tests"
	@echo "make test-full  the slow doses too"
	@echo "make bench      timings"
	@echo "make docs       regenerate the tables of docs/"
	@echo "make lock       recompute requirements.lock (needs uv)"

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# Compiled code is cached by the digest of its sources: this only spares the first run the wait.
$(COMPILED): $(INSTALLED)
	@$(BIN)/passerelles prepare || echo "Not compiled ahead; the first run will compile." >&2
	@touch $@

setup: $(COMPILED)

app: setup
	$(BIN)/passerelles app

test: setup
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

test-full: setup
	$(BIN)/python -m pytest -m "full or not full"

# Options go through ARGS: make bench ARGS="--scale 1 --page" measures the whole region for docs/engine.md.
bench: setup
	$(BIN)/python -m tests.bench $(ARGS)

docs: setup
	$(BIN)/passerelles sources --markdown > docs/numbers.md.new
	mv docs/numbers.md.new docs/numbers.md
	$(BIN)/python -m tests.docs.fit_table
	$(BIN)/python -m tests.docs.adoption_table
	$(BIN)/python -m tests.docs.schemes_table
	$(BIN)/python -m tests.engine.variance_ratios

lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --quiet --output-file requirements.lock

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
