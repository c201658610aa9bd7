# The verbs of this project. `make help` lists them. Everything is set up in .venv and var/; nothing outside is written
# but the control plane's cache (~/.cache/pod-pattern-designer) and, where apt is there and we are root, system packages.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ADDRESS ?= 127.0.0.1:8000
# Tests wait for browsers and servers half of their time: one worker more than there are processors.
WORKERS ?= $(shell expr $$(nproc 2>/dev/null || echo 2) + 1)
# What is compiled is kept, whatever the environment says: tests start a hundred programs of ours.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test check pure lint bench control-plane setup test-setup lock clean test-long

help: ## list the verbs
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 16

run: setup ## set everything up and serve the designer on http://127.0.0.1:8000
	$(BIN)/python manage.py serve $(ADDRESS)

# Lint looks while the tests run, on what they leave of the processors; a first collection compiles the tests once instead
# of once in each worker.
test: test-setup ## set everything up and run all tests
	@(log=$$(mktemp); $(MAKE) --no-print-directory lint >$$log 2>&1; ended=$$?; echo; cat $$log; rm $$log; exit $$ended) & lint=$$!; \
	$(BIN)/pytest -q --collect-only >/dev/null 2>&1; status=0; \
	$(BIN)/pytest -q -n $(WORKERS) --dist loadgroup || status=1; \
	wait $$lint || { echo "lint failed: see above"; status=1; }; exit $$status

check: $(VENV)/.dev ## the inner loop: lint, types, pure tests
	$(MAKE) --no-print-directory -j2 -Otarget lint pure

pure: $(VENV)/.dev
	@HYPOTHESIS_PROFILE=quick $(BIN)/pytest -q -n 2 tests/manifests tests/checks tests/diagram tests/patterns \
	  -m "not kubectl and not cluster and not long and not broad and not database"

lint: $(VENV)/.dev ## ruff, mypy, import-linter, missing migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python manage.py makemigrations --check --dry-run --verbosity 0

test-long: test-setup ## the property tests with many examples; tells on how many pairs rewriting was held
	HYPOTHESIS_PROFILE=long $(BIN)/pytest -q -n auto --dist worksteal --durations=15 -m "long or not long" tests/manifests tests/patterns tests/browser/test_axe.py

bench: test-setup ## measure: server time, queries and bytes of an edit
	$(BIN)/python -m tests.bench

control-plane: ## build kube-apiserver, etcd and kubectl for the tests marked cluster (about ten minutes the first time)
	tests/controlplane/build

setup: $(VENV)/.run

test-setup: $(VENV)/.dev
	@tests/system-packages

# venv is a package of its own on Debian: installed where we may, named where we may not.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=…" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null && $(PYTHON) -m venv $(VENV); \
	  else echo "Python's venv module is missing: sudo apt-get install python3-venv" >&2; exit 2; fi; }

$(VENV)/.run: requirements.lock $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@ $(VENV)/.run

lock: ## write the lock files anew from pyproject.toml
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 pyproject.toml --extra postgres -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 pyproject.toml --extra postgres --group dev -o requirements-dev.lock

clean: ## remove what was set up here (the designs in var/ stay)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache var/static
