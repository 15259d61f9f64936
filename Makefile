# Naite. `make run` and `make test` set everything up by themselves; they need Python 3.11 or newer and make.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
UV := .tools/bin/uv
PY := .venv/bin/python
UV_VERSION := 0.13.9
export PYTHONDONTWRITEBYTECODE = 1

.PHONY: help setup settings run demo-chain test serve worker demo fmt lint check bench soak e2e messages openapi requirements lock assets

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

.tools/uv.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: give its path as make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .tools || { echo "Python's venv module is missing: on Debian and Ubuntu run  apt-get install python3-venv"; exit 1; }
	@.tools/bin/pip install -q --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

.venv/run.stamp: requirements/run.lock pyproject.toml .tools/uv.stamp
	@echo "[setup] Python packages"
	@test -x $(PY) || $(UV) venv -q --python $(PYTHON) .venv
	@$(UV) pip install -q --python .venv --require-hashes -r requirements/run.lock
	@$(UV) pip install -q --python .venv --no-deps -e .
	@touch $@

.venv/dev.stamp: requirements/dev.lock .venv/run.stamp
	@echo "[setup] Python packages for tests"
	@$(UV) pip install -q --python .venv --require-hashes -r requirements/dev.lock
	@touch $@

var/vendor/.stamp: package-lock.json tools/assets.py .venv/run.stamp
	@echo "[setup] style sheets and fonts"
	@$(PY) tools/assets.py

assets: var/vendor/.stamp ## bring style sheets and fonts
setup: .venv/dev.stamp assets ## bring everything that work on Naite needs

run: .venv/run.stamp assets ## start Naite with its demo world on PORT (8000)
	@NAITE_DEMO=1 NAITE_BASE_URL=$${NAITE_BASE_URL:-http://localhost:$(PORT)} $(PY) -m naite.config.cli serve --prepare --port $(PORT)

demo-chain: .venv/dev.stamp assets ## the demo world with a chain of its own, on PORT (Linux on x86-64)
	@$(PY) tools/assets.py --with-dev
	@NAITE_BASE_URL=$${NAITE_BASE_URL:-http://localhost:$(PORT)} $(PY) -m tools.chain --port $(PORT)

serve: .venv/run.stamp assets ## start Naite as configured by NAITE_*
	@$(PY) -m naite.config.cli serve --port $(PORT)

worker: .venv/run.stamp ## work the task queue in a process of its own
	@$(PY) -m naite.config.cli worker

demo: .venv/run.stamp ## load the demo world into an empty database
	@NAITE_DEMO=1 $(PY) -m naite.config.cli demo

test: .venv/dev.stamp assets ## run everything: lint, types, contracts, tests on SQLite and PostgreSQL, Chromium
	@$(PY) -m tools.check

check: .venv/dev.stamp ## the quick part of make test: lint, types, contracts, tests on SQLite
	@$(PY) -m tools.check --quick

lint: .venv/dev.stamp ## lint, types and import contracts
	@$(PY) -m tools.check --only lint types contracts migrations

e2e: .venv/dev.stamp assets ## the browser tests alone
	@$(PY) -m tools.check --only browser

fmt: .venv/dev.stamp ## format the code
	@.venv/bin/ruff check --fix -q . ; .venv/bin/ruff format .

bench: .venv/dev.stamp ## measure; NAME=search for one; tables and var/bench/NAME.json
	@$(PY) -m tools.bench $(NAME)

soak: .venv/dev.stamp ## the tests that are too long for every run; SOAK_SECONDS=60 bounds those without an end
	@$(PY) -m pytest -q -m slow --durations=20 tests

requirements: .venv/dev.stamp ## which requirement rows are proven by which tests
	@$(PY) -m tools.requirements

settings: .venv/dev.stamp ## write docs/reference/settings.md anew
	@$(PY) -m tools.settings_doc

messages: .venv/dev.stamp ## collect the screens' sentences for translation
	@$(PY) -m tools.messages

openapi: .venv/dev.stamp ## write docs/reference/openapi.json anew
	@$(PY) -m tools.openapi

lock: .tools/uv.stamp ## resolve the Python packages anew
	@$(UV) pip compile -q --universal --generate-hashes --python-version 3.11 pyproject.toml -o requirements/run.lock --custom-compile-command "make lock" --upgrade
	@$(UV) pip compile -q --universal --generate-hashes --python-version 3.11 pyproject.toml --extra chain -c requirements/run.lock -o requirements/chain.lock --custom-compile-command "make lock" --upgrade
	@$(UV) pip compile -q --universal --generate-hashes --python-version 3.11 pyproject.toml --extra chain --group dev -c requirements/run.lock -o requirements/dev.lock --custom-compile-command "make lock" --upgrade
