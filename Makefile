# Nguồn: one command a task, the same for people and for CI.
# Needs Python >= 3.11, make and the package registries; nothing else.

# The first Python that runs and is new enough (a name on the PATH may be a shim that does not run).
PYTHON ?= $(shell for v in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$v -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$v && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help run serve test check format bench bench-large lock clean

help:
	@echo "make run     set everything up, load the demonstration goods, serve on http://localhost:8000"
	@echo "make test    set everything up and pass the tests (SQLite and PostgreSQL)"
	@echo "make check   lint, format, strict types, rooms' contracts, dead code, spelling, sizes"
	@echo "make bench   measure speed as ratios to floors of the same run"
	@echo "make bench-large   lineage at ten million events: 15 GB of disk, about an hour"
	@echo "make lock    renew requirements/*.txt from pyproject.toml"
	@echo "make clean   remove the environment and the demonstration store (var/)"

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with venv is needed."; exit 1; }
	@echo "Setting up the environment (.venv) ..."
	@$(PYTHON) -m venv .venv

.venv/run.done: requirements/run.txt pyproject.toml | .venv/bin/python
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.done: requirements/dev.txt requirements/outsiders.txt pyproject.toml | .venv/bin/python
	@echo "Installing what the tests and checks need ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@$(PIP) install --no-deps --only-binary=:all: --ignore-requires-python --upgrade \
		--target .venv/outsiders --require-hashes -r requirements/outsiders.txt
	@touch $@ .venv/run.done

run: .venv/run.done
	@$(BIN)/nguon demo --serve

serve: .venv/run.done
	@$(BIN)/nguon serve

# One worker a core; a file stays with one worker, for its servers and databases are its own. The
# order is kept, so that each worker comes to the browser last (tests/conftest.py). The few that
# fail are asked once more, alone, and named (tests/whole.py).
test: .venv/dev.done
	@$(BIN)/python -m tests.whole

check: .venv/dev.done
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/vulture
	@$(BIN)/codespell
	@$(BIN)/python -m pytest -q tests/unit/test_house.py

format: .venv/dev.done
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: .venv/dev.done
	@$(BIN)/python -m bench

bench-large: .venv/dev.done
	@$(BIN)/python -m bench.trace_large

lock: .venv/dev.done
	@$(PIP) install uv
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml requirements/build.in -o requirements/run.txt
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --extra dev -c requirements/run.txt pyproject.toml requirements/build.in -o requirements/dev.txt

clean:
	rm -rf .venv var
