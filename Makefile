# Everything goes through .venv; `make course` and `make test` make it when it is missing or stale.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
SHARED_DATA := $(wildcard ../shared/data)
export CENTRICITY_DATA ?= $(abspath $(SHARED_DATA))
export PYTHONHASHSEED := 0
WORKERS ?= 2
NOTEBOOKS ?= notebooks
export CENTRICITY_NOTEBOOKS := $(abspath $(NOTEBOOKS))
# One thread per process: the digits are the same everywhere, and workers do not fight over cores.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
# Kernels report their own warnings (in the cell's output); only nbval's are pytest's, and not ours.
NBVAL := --nbval-lax --nbval-current-env -o addopts="-p no:cacheprovider" -W ignore

.PHONY: help course test check unit lessons lessons-test lessons-built lessons-rerun browser datasets bench audit workshop lock clean

help:            ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/ -/'

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else f"centricity needs Python 3.11 or newer; {sys.executable} is {v[0]}.{v[1]}. Try: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

course: $(READY)  ## set up and open JupyterLab on lesson 00
	$(BIN)/centricity check
	$(BIN)/python tools/open_course.py

test: check unit lessons-test browser  ## everything that .ci/run runs
	@echo "make test: all green"

check: $(READY)  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: $(READY)  ## tests and doctests of the toolkit, the exercises, the lesson machine
	$(BIN)/pytest -n $(WORKERS) --dist loadscope --ignore tests/browser --ignore tests/lessons

lessons-test: lessons-built lessons-rerun  ## built lessons are what their sources build, and run

lessons-built: $(READY)
	$(BIN)/pytest -n $(WORKERS) --dist worksteal tests/lessons

lessons-rerun: $(READY)
	$(BIN)/pytest -n $(WORKERS) --dist loadscope $(NBVAL) $(NOTEBOOKS)

browser: $(READY)  ## JupyterLab in a real Chromium
	$(BIN)/pytest tests/browser

lessons: $(READY)  ## build notebooks/ and notebooks/solutions/ from notebooks/source/
	$(BIN)/python tools/build_lessons.py $(LESSONS)

datasets: $(READY)  ## draw datasets/*.csv again from their true parameters
	$(BIN)/python datasets/generate.py

audit: $(READY)  ## a customer-base audit: make audit FILE=orders.csv
	$(BIN)/centricity audit "$(FILE)"

workshop: $(READY)  ## a lesson as an app without code: make workshop LESSON=08
	$(BIN)/voila notebooks/$(LESSON)_*.ipynb

bench: $(READY)  ## side by side against peers (never part of make test)
	$(BIN)/python benchmarks/run.py

lock:            ## resolve requirements.lock again (needs uv)
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q -o requirements.lock

clean:           ## remove what was built here
	rm -rf $(VENV) build dist *.egg-info toolkit/*.egg-info .mypy_cache .ruff_cache .pytest_cache
