# `make` alone prints what each target is for.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
BIN := .venv/bin
COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header --quiet
REPORT := src/tidegate/research/report/assets/.built
REPORT_SOURCES := $(shell find web/report -path web/report/node_modules -prune -o -type f -print)

.PHONY: help env demo test test-python test-web lint bench soak lock clean

help:  ## print this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: .venv/.made $(REPORT)  ## make .venv with everything, and the report's page

demo: env  ## an exchange on this machine, three strategies trading at it, and a screen that shows it
	$(BIN)/tidegate demo

test: lint test-web test-python  ## everything that decides whether a change is good

test-python: env  ## the Python tests, the browser's included
	$(BIN)/pytest -n auto --dist loadgroup -m "not browser"
	$(BIN)/pytest -n auto --dist loadgroup -m browser  # apart: its event loop runs all the time

test-web: env  ## the tests of the report's page
	cd web/report && npm run check && npm test

lint: env  ## format, style, types, and which room may import which
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: env .venv-peers/.made  ## measure beside the peers, both in one run; prints a table
	$(BIN)/python bench/run.py

soak: env  ## the random tests, for as long as it takes to trust them
	HYPOTHESIS_PROFILE=soak $(BIN)/pytest -n auto --dist loadgroup -m "not browser"

lock: .venv/.made  ## write the lock files anew, with the newest versions that fit
	$(COMPILE) --upgrade requirements/bootstrap.in -o requirements/bootstrap.lock
	$(COMPILE) --upgrade pyproject.toml -o requirements/run.lock
	$(COMPILE) --upgrade pyproject.toml --group dev -o requirements/dev.lock
	$(COMPILE) --upgrade requirements/peers.in -o requirements/peers.lock

clean:  ## remove what can be made again
	rm -rf .venv .venv-peers web/report/node_modules src/tidegate/research/report/assets \
		.hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

.venv/.made: requirements/dev.lock requirements/bootstrap.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip' || \
		{ echo "$(PYTHON) comes without venv; on Debian: apt install python3-venv" >&2; exit 2; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.lock
	VIRTUAL_ENV=.venv $(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes requirements/dev.lock
	VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q src
	@touch $@

.venv-peers/.made: requirements/peers.lock .venv/.made
	$(PYTHON) -m venv .venv-peers
	VIRTUAL_ENV=.venv-peers $(BIN)/uv pip sync --quiet --require-hashes requirements/peers.lock
	@touch $@

$(REPORT): $(REPORT_SOURCES)
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || \
		{ echo "Node 20 or newer is needed to build the report's page" >&2; exit 2; }
	cd web/report && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build
	@touch $@
