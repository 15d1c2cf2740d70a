# Everything goes through .venv; `make course` and `make test` make it when it is missing or stale.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
SPARK  := .spark
PEERS  := .venv-peers
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

.PHONY: help course test check unit lessons lessons-test lessons-built lessons-rerun browser test-spark datasets bench audit workshop lock clean

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
	$(BIN)/pytest -n $(WORKERS) --dist loadscope --ignore tests/browser --ignore tests/lessons --ignore tests/spark

lessons-test: lessons-built lessons-rerun  ## built lessons are what their sources build, and run

lessons-built: $(READY)
	$(BIN)/pytest -n $(WORKERS) --dist worksteal tests/lessons

lessons-rerun: $(READY)
	$(BIN)/pytest -n $(WORKERS) --dist loadscope $(NBVAL) $(NOTEBOOKS)

browser: $(READY)  ## JupyterLab in a real Chromium
	$(BIN)/pytest tests/browser

# PySpark lies beside .venv, not in it: it is large, and nothing else of ours needs it.
$(SPARK)/.ready: requirements-spark.lock $(READY)
	rm -rf $(SPARK)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-build-isolation \
	    --target $(SPARK) -r requirements-spark.lock
	@touch $@

test-spark: $(SPARK)/.ready  ## Spark with two workers of its own (needs Java 17 or newer)
	CENTRICITY_REQUIRE_SPARK=1 PYTHONPATH=$(abspath $(SPARK)) $(BIN)/pytest tests/spark

lessons: $(READY)  ## build notebooks/ and notebooks/solutions/ from notebooks/source/
	$(BIN)/python tools/build_lessons.py $(LESSONS)

datasets: $(READY)  ## draw datasets/*.csv again from their true parameters
	$(BIN)/python datasets/generate.py

audit: $(READY)  ## a customer-base audit: make audit FILE=orders.csv
	$(BIN)/centricity audit "$(FILE)"

workshop: $(READY)  ## a lesson as an app without code: make workshop LESSON=08
	$(BIN)/voila notebooks/$(LESSON)_*.ipynb

# What we are measured against never enters our own environment.
$(PEERS)/.ready: benchmarks/peers.txt
	$(PYTHON) -m venv --clear $(PEERS)
	$(PEERS)/bin/pip install --quiet --disable-pip-version-check -r benchmarks/peers.txt
	@touch $@

bench: $(READY) $(PEERS)/.ready  ## side by side against peers, never part of make test: make bench ONLY="pareto curve" BIG=1
	$(BIN)/python benchmarks/run.py $(if $(ONLY),--only $(ONLY)) $(if $(BIG),--big)

LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
    --no-header --no-annotate -q
lock:            ## resolve both locks again (needs uv)
	uv pip compile pyproject.toml --extra course --extra dev $(LOCK) -o requirements.lock
	sed -n 's/^ *"\(pyspark.*\)",/\1/p' pyproject.toml | uv pip compile - $(LOCK) -o requirements-spark.lock

clean:           ## remove what was built here
	rm -rf $(VENV) $(SPARK) $(PEERS) build dist *.egg-info toolkit/*.egg-info .mypy_cache .ruff_cache .pytest_cache
