# A fresh machine needs Python 3.11, make and the package index; nothing else.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
WEEKS ?= 6
SEED ?= 1

.PHONY: setup setup-dev setup-bench demo run test check lint accuracy coverage bench bench-smoke torture fuzz bench-report clean

setup: $(VENV)/.installed
setup-dev: $(VENV)/.installed-dev
setup-bench: $(VENV)/.installed-bench

# Everything from the lock file, each file checked against its hash; then this project, built with what the lock brought.
$(VENV)/.installed: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: install it, or name another with make PYTHON=..." >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up $(VENV) …"
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: install it, or name another with make PYTHON=..." >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up $(VENV) with the tools for tests …"
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.installed

# The peers that bench/ measures against: Scrapy, extruct, aiohttp, datasketch, pandas, polars.
$(VENV)/.installed-bench: requirements-bench.lock pyproject.toml $(VENV)/.installed-dev
	@$(INSTALL) --require-hashes -r requirements-bench.lock
	@touch $@

demo: setup
	@$(BIN)/lohnpegel demo --dir demo --weeks $(WEEKS) --seed $(SEED)

run: setup
	@$(BIN)/lohnpegel run

# On SQLite, then what opens a database once more on a PostgreSQL server, where there is one.
test: setup-dev
	@$(BIN)/python -m pytest
	@$(BIN)/python -m pytest tests --database postgresql

# Every benchmark beside its peers into one table; a quarter of an hour on an idle machine.
bench: setup-bench
	@$(BIN)/python -m bench

bench-smoke: setup-dev
	@$(BIN)/python -m bench --smoke

lint: setup-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

check: lint test

accuracy: setup-dev
	@$(BIN)/python -m bench.accuracy

coverage: setup-dev
	@$(BIN)/python -m bench.coverage

# Report and export at 10,000, 100,000 and a million ads; make bench-report ROWS=20000 for one size.
bench-report: setup-bench
	@$(BIN)/python -m bench.report $(ROWS)

# Kills, faults and random input at length; the tests run a short form of each.
torture: setup-dev
	@$(BIN)/python -m tests.torture 200 1

fuzz: setup-dev
	@FUZZ_SECONDS=60 $(BIN)/python -m tests.fuzz

clean:
	rm -rf $(VENV) demo dist .pytest_cache .mypy_cache .ruff_cache
