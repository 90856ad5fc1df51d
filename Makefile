# `make site` builds the demo site, `make test` passes the tests; each makes its own virtual environment.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: site test bench clean

site: .venv/.site
	$(BIN)/veille build

test: .venv/.test
	$(BIN)/ruff check generator tests
	$(BIN)/mypy
	$(BIN)/pytest -n auto

bench: .venv/.bench
	$(BIN)/python -m tests.bench.build $(POSTS)

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.site: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/.test: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

.venv/.bench: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	touch $@

clean:
	rm -rf .venv .veille output dist
