# Needs GNU make and Python 3.11 or newer; everything else is set up in .venv.
# `make run ARGS="--http 127.0.0.1:9000"`, `make pytest ARGS="tests/catcher -k quit"`, `make PYTHON=python3.13 test`

PYTHON ?= python3
ARGS ?=
WORKERS ?= 2

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
FONTS := fonts-dejavu-core fonts-noto-core

.DEFAULT_GOAL := help
# Each check has the machine for itself, and its output stays in one piece.
.NOTPARALLEL:
.DELETE_ON_ERROR:

.PHONY: help
help: ## list the targets
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1	/p' $(firstword $(MAKEFILE_LIST)) | expand -t 17

.PHONY: run
run: $(VENV)/.run ## set up and start Sandpost; its options go into ARGS="..."
	@$(BIN)/sandpost $(ARGS)

.PHONY: test
test: lint types imports pytest ## set up and run every check

.PHONY: lint
lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .

.PHONY: types
types: $(VENV)/.test
	$(BIN)/mypy catcher webui tests

.PHONY: imports
imports: $(VENV)/.test
	$(BIN)/lint-imports --no-logo

.PHONY: pytest
pytest: $(VENV)/.test chromium ## only the tests; ARGS="..." goes to pytest
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup $(ARGS)

.PHONY: bench
bench: $(VENV)/.test ## measure, see ARGS="--help"
	@$(BIN)/python -m tests.bench $(ARGS)

.PHONY: clean
clean: ## remove what make and the checks left behind
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp, and not bin/python, says that the environment is whole: venv leaves half of one behind where it fails.
$(VENV)/.made:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: install Python 3.11 or newer, or name it with PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$$($(PYTHON) --version) is too old: Sandpost needs 3.11 or newer, name it with PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && $(call apt,python3-venv); } || \
		{ echo "Python's venv is missing: install it (Debian and Ubuntu: sudo apt-get install python3-venv)."; exit 1; }
	@rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: pyproject.toml | $(VENV)/.made
	$(PIP) install -e .
	@touch $@

# --group needs pip 25.1, which is newer than what most Pythons bring along.
$(VENV)/.test: pyproject.toml | $(VENV)/.made
	$(PIP) install --upgrade 'pip>=25.1'
	$(PIP) install -e . --group test
	@touch $@ $(VENV)/.run

# Quiet where it is there already. Where it cannot be installed, the browser tests are skipped and the rest runs.
.PHONY: chromium
chromium:
	@browser=chromium; for name in chromium chromium-browser google-chrome google-chrome-stable; do \
		if command -v $$name >/dev/null; then browser=; fi; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		if [ -n "$$browser" ] || ! dpkg -s $(FONTS) >/dev/null 2>&1; then \
			echo "Installing $$browser $(FONTS)"; $(call apt,$$browser $(FONTS)) || \
				echo "apt-get failed; where Chromium is missing, the browser tests are skipped."; fi; \
	elif [ -n "$$browser" ]; then \
		echo "Chromium is missing, so the browser tests are skipped" \
			"(Debian and Ubuntu: sudo apt-get install chromium $(FONTS))."; fi

define apt
{ export DEBIAN_FRONTEND=noninteractive; apt-get -qq update </dev/null >/dev/null && \
	apt-get -qq -y --no-install-recommends install $(1) </dev/null >/dev/null; }
endef
