# Everything a newcomer, a maintainer and the build server do. Each target sets up what it needs, once.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:

# PYTHON=/path/to/python3.12 chooses one; else the first of these that is new enough.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v $$name && break; done)

VENV := .venv
RUN := $(VENV)/bin/python
PIP := $(RUN) -m pip --disable-pip-version-check --no-input -qq
# An environment knows where it stands: in a clone that was moved or copied it is laid anew.
HERE := $(shell pwd | cksum | cut -d' ' -f1)
MADE := $(VENV)/.made-$(HERE)
RUNTIME := $(VENV)/.runtime-$(HERE)
TOOLS := $(VENV)/.tools-$(HERE)

.PHONY: help
help: ## show this list
	@echo "taizhang (台账). make TARGET, where TARGET is one of"
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-13s %s\n", $$1, $$2}' Makefile

.PHONY: install
install: $(RUNTIME) ## lay what the bot needs in .venv

.PHONY: demo
demo: $(RUNTIME) ## open the rehearsal room in the browser: a city's plan handed out and answered (ARGS="--port 9000")
	@$(VENV)/bin/taizhang rehearse $(ARGS)

.PHONY: test
test: $(TOOLS) ## run all tests, the browser's among them (ARGS="-k words" chooses, COVER=1 also measures what they reach)
	@$(RUN) -m tests.chromium
	@$(RUN) -m pytest -m "not bench" -n auto --dist loadgroup $(if $(COVER),--cov --cov-report=term) $(ARGS)

.PHONY: check
check: $(TOOLS) ## judge style, types and the floors' contracts
	@$(RUN) -m ruff format --check --quiet . || { echo "The style differs: run $(RUN) -m ruff format ."; exit 1; }
	@$(RUN) -m ruff check .
	@$(VENV)/bin/lint-imports --no-logo --cache-dir .cache/import-linter
	@$(RUN) -m mypy

.PHONY: bench
bench: $(TOOLS) ## measure the main job against raw SQLite
	@$(RUN) -m pytest -m bench -p no:randomly --timeout 0 -s tests/bench $(ARGS)

.PHONY: bench-reading
bench-reading: $(TOOLS) ## score how notices are read, form by form
	@$(RUN) -m tests.corpus

.PHONY: faults
faults: $(TOOLS) ## kill the process a hundred times in the middle of its work; nothing may be lost or doubled
	@TAIZHANG_FAULTS=$${TAIZHANG_FAULTS:-100} $(RUN) -m pytest -m faults -p no:randomly --timeout 0 $(ARGS)

.PHONY: lock
lock: ## pin the newest allowed releases of every dependency, with hashes
	@PYTHON="$(PYTHON)" .ci/lock

.PHONY: clean
clean: ## remove what the other targets made
	@rm -rf $(VENV) .cache .hypothesis build dist taizhang.egg-info
	@find bot handlers reminders storage tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(MADE):
	@test -n "$(PYTHON)" || { echo "taizhang needs Python 3.11 or newer, and none was found on the PATH" \
		"(python3 is $$(python3 -V 2>&1 | head -n 1))." \
		"Install one, or name it: make PYTHON=/path/to/python3.11"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "taizhang needs Python 3.11 or newer; $(PYTHON) is $$("$(PYTHON)" -V 2>&1 | head -n 1)."; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip' 2>/dev/null || { \
		echo "$(PYTHON) cannot make environments; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Laying the environment in $(VENV), once; this takes a minute."
	@"$(PYTHON)" -m venv --clear $(VENV)
	@touch $@

$(RUNTIME): requirements.txt pyproject.toml | $(MADE)
	@$(PIP) install --require-hashes -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(TOOLS): requirements-dev.txt $(RUNTIME)
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@
