# make demo   pre-label a real scene and open the map     make test   every test
# make check  the fast tests only                         make help   all of it
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV ?= .venv
SCENE ?=
PORT ?= 8080
BIN := $(VENV)/bin

# Set up anew only when what decides the set-up has changed. The set-up for tests is one for use as well.
RUN_STAMP := $(VENV)/.ready-run
DEV_STAMP := $(VENV)/.ready-dev
SETUP := pyproject.toml tools/bootstrap.py hatch_build.py
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

test: $(DEV_STAMP) ## every test: the client's, ruff, mypy, pytest
	@$(MAKE) -s $(BUILT)
	@$(MAKE) client-test lint types
	$(BIN)/python -m pytest -m 'not soak'

soak: $(DEV_STAMP) ## what takes minutes: load, a thousand connections, thousands of wild requests
	$(BIN)/python -m pytest -m soak

check: $(DEV_STAMP) ## the fast tests: no browser, no real scenes, nothing slow
	@$(MAKE) lint types
	$(BIN)/python -m pytest -n auto --dist worksteal -m 'not slow and not browser and not real_data and not soak'

client: $(DEV_STAMP) ## build the web client
	$(BIN)/python tools/client.py build

client-test: $(DEV_STAMP) ## the web client's types and its own tests
	$(BIN)/python tools/client.py test

lint: $(DEV_STAMP) ## ruff
	$(BIN)/ruff check .

types: $(DEV_STAMP) ## mypy, strict
	$(BIN)/mypy

docs: $(DEV_STAMP) ## write docs/cli.md anew from the commands themselves
	$(BIN)/python tools/write_cli_docs.py

clean: ## remove what was built; the virtual environment, demo project and caches of downloads stay
	rm -rf build dist server/static server/client/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
