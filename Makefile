# Every target works on a fresh clone with Python 3.11 or newer; the first one that needs it makes .venv.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: demo test check licences audit lock format bench bench-full fuzz soak samples clean

demo: $(INSTALLED)  ## the main job on the samples, against the built-in stand-in
	$(BIN)/enrich demo --out-dir out

test: $(INSTALLED)  ## the tests that take no second each and need no other program; `make check` adds the others
	$(BIN)/pytest -n auto -m "not (slow or browser or libreoffice or postgresql)"

check: $(INSTALLED) licences audit  ## style, types, licences and all tests (for LibreOffice, Chromium, PostgreSQL where these are)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --platform win32
	$(BIN)/pytest -n auto

COPYLEFT := GPL-2.0-only;GPL-2.0-or-later;GPL-3.0-only;GPL-3.0-or-later;AGPL-3.0-only;AGPL-3.0-or-later
COPYLEFT := $(COPYLEFT);GNU General Public License v2 (GPLv2);GNU General Public License v3 (GPLv3)

licences: $(INSTALLED)  ## what everything that is installed is licensed under; none may bind who passes ours on
	$(BIN)/pip-licenses --summary --order=count --fail-on='$(COPYLEFT)'

# Without its report it did not run, as where no advisory can be fetched: that is said and fails nothing.
audit: $(INSTALLED)  ## known weaknesses of the tested set, where advisories can be fetched
	@rm -f .venv/audit.json; \
	$(BIN)/pip-audit --requirement requirements.lock --disable-pip --progress-spinner=off --format=json \
	  --output=.venv/audit.json 2>.venv/audit.log; found=$$?; \
	if [ -s .venv/audit.json ]; then tail -n 3 .venv/audit.log; exit $$found; else echo "audit: no advisories to be had here"; fi

lock: $(INSTALLED)  ## the exact set that the tests ran with, with its hashes
	$(BIN)/uv pip compile --quiet --universal --python-version=3.11 --generate-hashes --no-emit-index-url \
	  --all-extras --no-header --output-file=requirements.lock pyproject.toml

format: $(INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(INSTALLED)  ## what README claims about speed and memory, as ratios measured in one run
	$(BIN)/python -m tests.bench

bench-full: $(INSTALLED)  ## the same at the sizes of the claims, for half an hour
	$(BIN)/python -m tests.bench --full

fuzz: $(INSTALLED)  ## random cases at every property, mutated files at every reader
	$(BIN)/pytest -n auto -m hypothesis --hypothesis-profile=random
	$(BIN)/pytest -n auto tests/fuzz/large.py
	$(BIN)/python -m tests.fuzz

soak: $(INSTALLED)  ## kills, faults and several processes, for some minutes
	$(BIN)/python -m tests.soak

samples: $(INSTALLED)
	$(BIN)/python samples/make_samples.py

clean:
	rm -rf .venv out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

# Compiled as every other package is when it is installed: where Python may not write, each start would compile it anew.
$(INSTALLED): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[report,team,dev]'
	$(BIN)/python -m compileall -q enrich
	touch $@
