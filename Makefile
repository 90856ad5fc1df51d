# `make site` builds the demo site, `make test` passes the tests; both make the virtual environment that they need.
PYTHON ?= python3
BIN := .venv/bin
LOWEST := .venv-minimum/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: site test test-long test-minimum judges bench lock clean

site: .venv/.site
	$(BIN)/veille build

test: .venv/.test
	$(BIN)/ruff check generator tests
	$(BIN)/mypy
	$(BIN)/pytest -n auto

# The tests that take minutes each; SECURITY.md holds what they found last.
test-long: .venv/.test
	$(BIN)/pytest -m long -n auto

# The tests with the lowest versions that pyproject.toml promises to work with.
test-minimum: .venv/.lock
	$(PYTHON) -m venv .venv-minimum
	$(BIN)/uv pip compile --quiet --resolution lowest-direct --extra article --extra images --extra search \
		--python $(LOWEST)/python --output-file .venv-minimum/lowest.txt pyproject.toml
	$(BIN)/uv pip install --quiet --python $(LOWEST)/python --constraint .venv-minimum/lowest.txt --editable '.[test]'
	$(LOWEST)/pytest -n auto

# Asks the Nu checker, lychee and Lighthouse about the site in SITE. Needs Java, npm and Chromium.
SITE ?= output
judges: .judges/.installed site
	$(BIN)/python -m tests.judges $(SITE)

.judges/.installed: requirements/judges.txt | .venv/.test
	npm install --silent --no-audit --no-fund --no-save --prefix .judges vnu-jar@26.9.27 lighthouse@12.8.2
	$(PYTHON) -m venv .judges/venv
	.judges/venv/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes --requirement requirements/judges.txt
	touch $@

# Renews requirements/, from which `make test` installs.
lock: .venv/.lock
	$(BIN)/python -m tests.lock

bench: .venv/.bench
	$(BIN)/python -m tests.bench.build $(POSTS)

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.site: pyproject.toml | .venv/bin/python
	$(PIP) install --editable '.[search]'
	touch $@

# Nothing comes in whose digest is not in the lock, what builds the sdists included: it is installed first.
.venv/.test: pyproject.toml requirements/build.txt requirements/test.txt | .venv/bin/python
	$(PIP) install --require-hashes --requirement requirements/build.txt
	$(PIP) install --require-hashes --no-build-isolation --requirement requirements/test.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

.venv/.lock: | .venv/bin/python
	$(PIP) install 'uv>=0.9,<1'
	touch $@

.venv/.bench: pyproject.toml | .venv/bin/python
	$(PIP) install --editable '.[bench]'
	touch $@

clean:
	rm -rf .venv .venv-minimum .judges .veille output dist
