.DEFAULT_GOAL := help
.PHONY: help run setup test soak lint lock bench

# one that can make a virtual environment; 3.12 and 3.11 first: their packages bring a Redis
ifeq ($(origin PYTHON),undefined)
PYTHON := $(shell for module in ensurepip sys; do for name in python3.12 python3.11 python3.13 python3.14 python3; do \
	$$name -c "import sys, $$module; sys.version_info >= (3, 11) or sys.exit(1); print(sys.executable)" 2>/dev/null && exit; done; done)
endif
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
PYTEST := $(BIN)/python -m pytest
# checks the machine and installs what is missing: in one sentence, where something is
SET_UP = "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	{ echo "Outreach Ops needs Python 3.11 or newer: run \`apt-get install python3.11-venv\`, \`dnf install python3.11\` or" \
		"\`brew install python@3.13\`, or name one that is there: \`make $@ PYTHON=/path/to/python3.11\`." >&2; exit 1; }; \
	"$(PYTHON)" -m outreach_admin.setup
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" pyproject.toml

help: ## List the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

run: ## Set up, migrate, load demo data into an empty database, serve until Ctrl-C (PORT, HOST, OUTREACH_DATA_DIR)
	@$(SET_UP) run
	@exec $(MANAGE) up --prepare

setup: ## Make .venv with the locked packages
	@$(SET_UP) setup

test: setup ## Run every test (ARGS adds arguments for pytest)
	$(PYTEST) -n 3 --dist worksteal $(ARGS)

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
