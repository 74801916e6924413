# Needs Python 3.11 or newer, and nothing but what GNU make and BSD make share. Without make: see the README.
#
#   make demo                  try the bot in a local page, with a store of its own
#   make test                  run the tests
#   make check                 all that CI runs; with ARTICLE=file.txt also prove the packs against that article
#   make run                   connect to Discord; needs DISCORD_TOKEN in .env
#   make bench                 measure speed on a large store; BENCH="--help" says what can be chosen
#   make pins                  recompute the pinned versions after a change of pyproject.toml;
#                              UPGRADE=--upgrade also takes the newest ones
#
# PYTHON=python3.12 chooses the Python that the virtual environment is made with.

PYTHON ?= python3
VENV = .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check
TRY = $(VENV)/.try
READY = $(VENV)/.ready
# One process for each core, which take tests from each other.
AT_ONCE = --numprocesses auto --dist worksteal

.PHONY: demo test check run bench pins clean

demo: $(TRY)
	@$(BIN)/python -m bot preview

test: $(READY)
	$(BIN)/python -m pytest $(AT_ONCE)

check: $(READY)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(BIN)/pyright
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(AT_ONCE)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report
	@if [ -n "$(ARTICLE)" ]; then \
	    echo "$(BIN)/python -m bot verify --source $(ARTICLE)"; \
	    $(BIN)/python -m bot verify --source "$(ARTICLE)"; \
	fi

run: $(TRY)
	@$(BIN)/python -m bot

bench: $(READY)
	$(BIN)/python -m tests.benchmark $(BENCH)

# Made anew whenever the pins change, so that nothing is left in it of what they no longer name.
$(TRY): requirements-preview.txt
	@command -v $(PYTHON) >/dev/null || { \
	    echo "There is no $(PYTHON) here. Install Python 3.11 or newer, or name one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "$(PYTHON) is Python %d.%d, but Dateline needs 3.11 or newer. Name one: make PYTHON=python3.12" % sys.version_info[:2])'
	@echo "Making $(VENV) and installing the pinned packages; the first time this takes a minute or two ..."
	@$(PYTHON) -m venv --clear $(VENV)
	@$(PIP) install --quiet --require-hashes -r requirements-preview.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $(TRY)

$(READY): $(TRY) requirements-dev.txt
	@echo "Installing what tests and checks need besides ..."
	@$(PIP) install --quiet --require-hashes -r requirements-dev.txt
	@touch $(READY)

# setuptools builds Dateline itself when it is installed, so it is pinned with the rest.
COMPILE = pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url \
    --no-emit-find-links --custom-compile-command "make pins" $(UPGRADE) pyproject.toml -

pins:
	@set -e; tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	$(PYTHON) -m venv "$$tools"; \
	"$$tools/bin/python" -m pip --disable-pip-version-check install --quiet uv; \
	pin() { echo "setuptools>=77" | "$$tools/bin/uv" $(COMPILE) "$$@"; }; \
	pin --extra dev --output-file requirements-dev.txt; \
	pin --extra preview --constraints requirements-dev.txt --output-file requirements-preview.txt; \
	pin --constraints requirements-dev.txt --output-file requirements.txt
	@grep -c == requirements.txt requirements-preview.txt requirements-dev.txt

clean:
	rm -rf $(VENV) build *.egg-info .coverage* .hypothesis .pytest_cache .ruff_cache
