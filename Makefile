# Every target works on a fresh clone with Python 3.11 or newer; the first one that needs it makes .venv.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: demo test check format bench bench-full fuzz soak samples clean

demo: $(INSTALLED)  ## the main job on the samples, against the built-in stand-in
	$(BIN)/enrich demo --out-dir out

test: $(INSTALLED)  ## all tests; those for LibreOffice, Chromium and the shared files run where these are
	$(BIN)/pytest -n auto

check: $(INSTALLED)  ## style, types and tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy --platform win32
	$(BIN)/pytest -n auto

format: $(INSTALLED)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(INSTALLED)  ## what README claims about speed and memory, as ratios measured in one run
	$(BIN)/python -m tests.bench

bench-full: $(INSTALLED)  ## the same at the sizes of the claims, for half an hour
	$(BIN)/python -m tests.bench --full

fuzz: $(INSTALLED)  ## mutated files at every reader
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
	$(BIN)/python -m pip install --quiet --editable '.[report,dev]'
	$(BIN)/python -m compileall -q enrich
	touch $@
