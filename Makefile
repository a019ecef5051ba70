# Needs a bare machine with Python 3.11 or newer, make and git. Everything else goes into .venv.
.DELETE_ON_ERROR:
.PHONY: help demo test quick sample bench bench-finding bench-lazy fuzz bench-suite survey leak-model cement-network bone-network bench-simulator check-renderer defaults lock clean

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
# A file of tests is the unit: what is simulated for a file is simulated once.
SIDE_BY_SIDE := -n auto --maxprocesses 4 --dist loadfile
DEMO_OUT := out/demo
# The Orthanc of the tests listens on every address: it gets a network that nobody else reaches, where there
# is one to be had; without, its tests are skipped and say so.
PRIVATE_NETWORK := $(shell unshare -Urn ip link set lo up 2>/dev/null && echo unshare -Urn sh -c \''ip link set lo up && exec "$$@"'\' sh)

help:
	@echo "make demo      analyse the sample recordings and say where the report is"
	@echo "make test      lint, types and all tests, with coverage"
	@echo "make quick     the tests that take seconds"
	@echo "make sample    simulate the sample recordings afresh"
	@echo "make bench     measure speed and memory"
	@echo "make bench-finding  measure how long 10,000 mixed files take to inspect"
	@echo "make bench-lazy     measure the memory that a run of 2 GB takes to read (needs 5 GB of disk)"
	@echo "make fuzz      feed broken files to everything that reads files, for ten minutes; goes on where it was stopped"
	@echo "make bench-suite  simulate 200 cases, analyse them beside other methods, and write a report; goes on where it was stopped"
	@echo "make survey    analyse 200 simulated cases and score them; goes on where it was stopped"
	@echo "make leak-model  simulate 240 cases, fit the leak model to them and calibrate it; goes on where it was stopped"
	@echo "make cement-network  simulate 260 cases and train the cement network on them (needs PyTorch); goes on where it was stopped"
	@echo "make bone-network    simulate 3,200 views and train the bone network on them (needs PyTorch); goes on where it was stopped"
	@echo "make bench-simulator  measure the simulator's speed and memory"
	@echo "make check-renderer   compare the simulator's line integrals with gVirtualXray's"
	@echo "make defaults  write configs/default.yaml afresh"
	@echo "make lock      resolve the dependencies afresh (needs uv)"

demo: $(VENV)/.run
	$(BIN)/leakwatch analyze sample_dicom -o $(DEMO_OUT) --outline sample_dicom

test: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest $(SIDE_BY_SIDE) --cov -m "not pacs"
	$(PRIVATE_NETWORK) $(BIN)/pytest --cov --cov-append -m pacs

quick: $(VENV)/.dev
	$(BIN)/pytest $(SIDE_BY_SIDE) -m "not slow"

sample: $(VENV)/.run
	$(BIN)/python -m leakwatch.simulate.sample sample_dicom

bench: $(VENV)/.run
	$(BIN)/python -m leakwatch.bench.memory

bench-finding: $(VENV)/.run
	$(BIN)/python -m leakwatch.bench.finding

bench-lazy: $(VENV)/.run
	$(BIN)/python -m leakwatch.bench.lazy

fuzz: $(VENV)/.run
	$(BIN)/python -m leakwatch.bench.fuzz --seconds 600 --seed 1 --jobs 2 --out out/fuzz

bench-simulator: $(VENV)/.run
	$(BIN)/python -m leakwatch.bench.simulator

# Not in the lock: a renderer for this alone, and it needs system libraries (docs/simulator-check.md).
check-renderer: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "gvxr==2.1.0"
	$(BIN)/python -m leakwatch.bench.renderer --out out/renderer

bench-suite: $(VENV)/.run
	$(BIN)/leakwatch bench -o out/bench --cases 200 --seed 1 --resume

survey: $(VENV)/.run
	$(BIN)/python -m leakwatch.bench.survey --cases 200 --seed 1 --jobs 2 --out out/survey --resume

# Seed 1001 is the fit's: no survey that judges may have it.
leak-model: $(VENV)/.run
	$(BIN)/python -m leakwatch.bench.leak_model --cases 240 --seed 1001 --jobs 2 --out out/leak-model

# Seed 2001 is the training's: nothing else may have it. PyTorch is not in the lock: it is for this alone.
cement-network: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "torch==2.13.0" onnx
	$(BIN)/python -m leakwatch.bench.network --cases 260 --seed 2001 --jobs 2 --out out/network

bone-network: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "torch==2.13.0" onnx
	$(BIN)/python -m leakwatch.bench.bone --patients 400 --seed 3001 --jobs 2 --out out/bone

defaults: $(VENV)/.run
	$(BIN)/python -m leakwatch.config.dump > configs/default.yaml

# uv resolves, pip installs: nobody but the one who locks needs uv.
LOCK := uv pip compile pyproject.toml --quiet --generate-hashes --no-header --no-annotate --universal \
	--python-version 3.11 --no-emit-index-url --upgrade
lock:
	$(LOCK) --group build -o requirements.lock
	$(LOCK) --group dev -o requirements-dev.lock

clean:
	rm -rf $(VENV) out .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; say where: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The order of the two stamps matters only to pip: the dev lock holds all of the run lock, same versions.
$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	$(BIN)/python -m pip check --disable-pip-version-check
	@touch $@
