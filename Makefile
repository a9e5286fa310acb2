# make demo   pre-label a real scene and open the map     make test   every test
# make check  the fast tests only                         make help   all of it
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Compiled modules are kept: without them every process compiles torch anew, which costs more than most tests.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
VENV ?= .venv
SCENE ?=
PORT ?= 8080
BIN := $(VENV)/bin
# One worker for each core, and no more than eight; files with a group stay together (tests/conftest.py).
PYTEST := $(BIN)/python -m pytest -n logical --maxprocesses 8 --dist loadgroup --no-loadscope-reorder
UV := $(BIN)/uv pip compile pyproject.toml --quiet --no-header --no-annotate --generate-hashes $(UPGRADE) \
      --python-version 3.11 --python-platform x86_64-manylinux_2_28

# Set up anew only when what decides the set-up has changed. The set-up for tests is one for use as well.
RUN_STAMP := $(VENV)/.ready-run
DEV_STAMP := $(VENV)/.ready-dev
SETUP := pyproject.toml requirements.lock requirements-dev.lock tools/bootstrap.py hatch_build.py
# The same files that hatch_build.py compares with what was built.
CLIENT := $(shell find server/client -maxdepth 1 -type f 2>/dev/null) \
          $(shell find server/client/src server/client/public -type f 2>/dev/null)
BUILT := server/static/index.html

.PHONY: help demo test soak check client client-test lint types docs clean

help: ## what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

$(RUN_STAMP): $(SETUP)
	@$(PYTHON) tools/bootstrap.py --venv $(VENV) --stamp $@

$(DEV_STAMP): $(SETUP)
	@$(PYTHON) tools/bootstrap.py --venv $(VENV) --extra dev --stamp $@ --stamp $(RUN_STAMP)

# The set-up builds the client; after that only a change of the client's sources does.
$(BUILT): $(CLIENT)
	@if [ -e $(DEV_STAMP) ]; then $(BIN)/python tools/client.py build; \
	else $(PYTHON) tools/bootstrap.py --venv $(VENV) --stamp $(RUN_STAMP); fi

demo: $(RUN_STAMP) ## pre-label a real scene (or SCENE=/path/x.tif) and serve the map on http://127.0.0.1:8080
	@$(MAKE) -s $(BUILT)
	@$(BIN)/geoengine demo --port $(PORT) $(if $(SCENE),--scene "$(SCENE)")

test: $(DEV_STAMP) ## every test but soak: the client's, ruff, codespell, mypy, pytest
	@$(MAKE) -s $(BUILT)
	@$(MAKE) -j 2 --output-sync=target client-test lint types
	$(PYTEST) -m 'not soak'

check: $(DEV_STAMP) ## the fast tests: no browser, no real scenes, nothing slow, few random examples
	@$(MAKE) -j 2 --output-sync=target lint types
	$(PYTEST) -m 'not slow and not browser and not real_data and not processes and not soak' --hypothesis-profile quick

soak: $(DEV_STAMP) ## what takes minutes: load, interleavings, ten times the random examples; fixed seeds
	@$(MAKE) -s $(BUILT)
	$(PYTEST) -m 'soak or hypothesis' --hypothesis-profile soak
	GEOENGINE_REQUEST_WAIT_MS=150 $(PYTEST) -m 'browser and not soak' tests/server/client

coverage: $(DEV_STAMP) ## every test but soak, and the lines and branches that they do not reach
	@$(MAKE) -s $(BUILT)
	$(PYTEST) -m 'not soak' --cov --cov-report term --cov-report html:build/coverage

client: $(DEV_STAMP) ## build the web client
	$(BIN)/python tools/client.py build

client-test: $(DEV_STAMP) ## the web client's types and its own tests
	$(BIN)/python tools/client.py test

lint: $(DEV_STAMP) ## ruff, its formatter and codespell
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/codespell

types: $(DEV_STAMP) ## mypy, strict
	$(BIN)/mypy

structure: ## count rooms, imports, circles, docstrings, sizes and missing tests
	@$(PYTHON) tools/structure.py

lock: $(DEV_STAMP) ## write the lock files anew; installed versions stay, UPGRADE=--upgrade takes the newest
	$(UV) --extra dev --output-file requirements-dev.lock
	$(UV) --constraint requirements-dev.lock --output-file requirements.lock

docs: $(DEV_STAMP) ## write docs/cli.md anew from the commands themselves
	$(BIN)/python tools/write_cli_docs.py

clean: ## remove what was built; the virtual environment, demo project and caches of downloads stay
	rm -rf build dist server/static server/client/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
