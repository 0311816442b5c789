PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# More arguments for pytest, for example: make test PYTEST_ARGS="-k reservation"
PYTEST_ARGS ?=

DEMO := $(BIN)/esfand tune nowruz --vary reservation.timeout=5min,10min,20min,30min,60min,120min --out runs/demo

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-long unit lint format bench compile uncompile lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/project.stamp ## create .venv with the locked dependencies and the project

$(VENV)/lock.stamp: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Esfand needs Python 3.11 or newer. Name one: make PYTHON=python3.12 setup" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
		{ echo "This Python cannot create environments. On Debian: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@touch $@

$(VENV)/project.stamp: $(VENV)/lock.stamp pyproject.toml
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# Exit code 1 says that the best value misses a threshold: a finding, no failure.
demo: setup ## tune the reservation timeout for the Nowruz sale, into runs/demo
	$(DEMO) || [ $$? -eq 1 ]

test: lint unit ## lint, then the default tests

# One process takes all tests of a file, so that what they share is played once.
unit: setup
	$(BIN)/python -m pytest -n auto --dist loadfile $(PYTEST_ARGS)

# pytest ends with 5 when it finds no test; that is no failure here.
test-long: setup ## the statistical, browser, real-shop and docs tests
	$(BIN)/python -m pytest -m "statistical or browser or realshop or docs" $(PYTEST_ARGS) || [ $$? -eq 5 ]

lint: setup ## style, types and layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup ## format the code and fix what can be fixed
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: setup ## run the benchmarks
	$(BIN)/python benchmarks/run.py

# Python prefers compiled files to their sources: after a change, compile again or uncompile.
compile: setup ## compile the busiest modules, where there is a C compiler
	$(BIN)/python benchmarks/compile.py

uncompile: ## remove what `make compile` made
	$(PYTHON) benchmarks/compile.py --remove

# uv comes from outside the lock, in an environment of its own. It keeps the pins which still
# fit pyproject.toml; for newer versions: make lock UPGRADE=--upgrade
lock: ## write requirements.lock from pyproject.toml
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet uv
	build/lock/bin/uv pip compile --quiet --no-config pyproject.toml --all-extras --generate-hashes \
		--universal --python-version 3.11 --fork-strategy fewest --no-emit-index-url \
		--custom-compile-command "make lock" --output-file requirements.lock $(UPGRADE)

clean: uncompile ## remove .venv, builds and caches (runs/ stays)
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
