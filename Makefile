# Two commands: `make run` and `make test`. Both make what they need; nothing but git, make and Python 3.11 or newer is expected.

VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
WORKERS ?= auto --maxprocesses 4
CANDIDATES := python3 python3.13 python3.12 python3.11 python3.14
ifndef PYTHON
PYTHON := $(shell for p in $(CANDIDATES); do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
endif
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -q
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url -q

.PHONY: run test check lock catalogues clean
.DELETE_ON_ERROR:

run: $(VENV)/.run ## The sample company in a database of its own, then Earshot itself: make run ARGS="--port 9000"
	@$(BIN)/earshot demo $(ARGS)

test: $(VENV)/.dev ## Every test that this machine can run: make test ARGS="tests/stories -x", one after another with WORKERS=0
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile $(ARGS)

check: $(VENV)/.dev ## Format, lint, types, who may import whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: ## Bring the locks up to pyproject.toml (needs uv)
	$(LOCK) -o requirements.txt pyproject.toml
	$(LOCK) -o requirements-dev.txt --extra dev pyproject.toml

catalogues: $(VENV)/.dev ## Bring the console's catalogues up to the code; says what is not translated yet
	@$(BIN)/python -m bot.web.locales.extract

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Earshot needs Python 3.11 or newer; none was found (set PYTHON=/path/to/python3.11)." >&2; exit 1; fi
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Python's venv is missing; on Debian and Ubuntu: apt install python3-venv." >&2; exit 1; }

# The locks hold a hash for everything; the project itself comes last, from here.
$(VENV)/.run: requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing what requirements.txt locks (once)"
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt pyproject.toml | $(BIN)/python
	@echo "Installing what requirements-dev.txt locks (once)"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.run
