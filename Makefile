# The same few commands at the desk and in CI. Each is idempotent and sets up what it needs.
#   make demo    environment, player, database, a demo study; opens http://127.0.0.1:8000
#   make test    environment, browser, database; every test but the slow ones
#   make check   formatting, types, import rules, generated files up to date
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
# One test process per core; the tests of a file stay together and share what they set up.
SIDE_BY_SIDE := -n auto --dist loadfile
PLAYER_SOURCES := $(shell find player/src -type f 2>/dev/null) player/build.mjs
PLAYER_BUNDLE := src/daybreak/server/static/player/manifest.json

.PHONY: help setup build demo test test-slow check format contract lock bench clean

help:
	@sed -n 's/^#   //p' Makefile

.venv/.ready: requirements.lock pyproject.toml scripts/setup.sh
	PYTHON=$(PYTHON) scripts/setup.sh python

player/node_modules/.ready: player/package-lock.json scripts/setup.sh
	scripts/setup.sh node

setup: .venv/.ready player/node_modules/.ready

$(PLAYER_BUNDLE): player/node_modules/.ready $(PLAYER_SOURCES)
	npm --prefix player run --silent build

build: setup $(PLAYER_BUNDLE)

demo: build
	$(BIN)/daybreak demo $(DEMO)

test: build
	scripts/setup.sh chromium
	$(BIN)/pytest -m "not slow and not alone" $(SIDE_BY_SIDE)
	$(BIN)/pytest -m "not slow and alone"
	$(BIN)/pytest -m "not slow" $(SIDE_BY_SIDE) tests/server --ds tests.settings_postgresql
	npm --prefix player run --silent test

test-slow: build
	scripts/setup.sh chromium
	$(BIN)/pytest -m "slow and not alone" $(SIDE_BY_SIDE)
	$(BIN)/pytest -m "slow and alone"

check: build
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/write_contract.py --check
	$(BIN)/python scripts/write_locale.py --check
	npm --prefix player run --silent check

# Pins every Python package with hashes; the only target that needs uv.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --all-extras --group dev --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate pyproject.toml -o requirements.lock

# Prints the tables of docs/benchmarks.md; run it on an idle machine.
bench: build
	scripts/setup.sh chromium
	$(BIN)/python -m benchmarks.frames
	$(BIN)/python -m benchmarks.ingest
	$(BIN)/python -m benchmarks.console
	$(BIN)/python -m benchmarks.forms
	$(BIN)/python -m benchmarks.fit
	$(BIN)/python -m benchmarks.power

# Writes what is generated from the Python schemas: the player's types and the JSON Schemas.
contract: setup
	$(BIN)/python scripts/write_contract.py

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf .venv player/node_modules $(dir $(PLAYER_BUNDLE)) demo-data test-output
