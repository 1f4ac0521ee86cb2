# The course on learning embeddings. `make` alone lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help course test book release solve grade clean data chromium postgresql bubblewrap lock

BIN := .venv/bin
READY := .venv/ready
EMBCOURSE := $(BIN)/embcourse
ASSIGNMENT ?=

help:  ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

# The first Python on the PATH that is new enough; the lock pins every package of the environment.
$(READY): pyproject.toml requirements.lock
	@python=""; for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	  if command -v $$name >/dev/null && $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))'; \
	  then python=$$name; break; fi; done; \
	if [ -z "$$python" ]; then \
	  echo "No Python 3.11 or newer found on the PATH. Install one and run make again." >&2; exit 2; fi; \
	echo "Setting up .venv with $$($$python --version) (a minute or two)"; \
	$$python -m venv --clear .venv || { \
	  echo "python -m venv failed. On Debian: apt-get install python3-venv" >&2; exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	  --constraint requirements.lock --editable '.[book,autograder,test]'
	@touch $@

course: $(READY) bubblewrap  ## do everything: solutions, stubs, book, sample class; then say where it lies
	@$(EMBCOURSE) solve
	@$(EMBCOURSE) release
	@$(MAKE) --no-print-directory book
	@$(EMBCOURSE) sample
	@echo
	@echo "Where it lies:"
	@echo "  book       _build/html/index.html"
	@echo "  stubs      exercises/"
	@echo "  gradebook  sample_class/gradebook.db   (to look at it: cd sample_class && ../$(BIN)/jupyter lab)"
	@echo "  feedback   sample_class/feedback/"
	@echo "  scores     sample_class/scores_*.csv"

solve: $(READY)  ## run the sources and write the executed solutions
	@$(EMBCOURSE) solve

release: solve  ## make the students' stubs
	@$(EMBCOURSE) release

book: $(READY)  ## build the book into _build/html
	@$(BIN)/jupyter-book build . -W -n --keep-going

grade: $(READY) bubblewrap  ## grade the sample class; with ASSIGNMENT=NN_slug, what students handed in
	@$(EMBCOURSE) $(if $(ASSIGNMENT),grade $(ASSIGNMENT),sample)

data: $(READY)  ## bring the optional data sets into the cache
	@$(BIN)/python -m embref.datasets fetch

test: $(READY) bubblewrap chromium postgresql  ## run every check and every test
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/pytest --numprocesses 2

# Chromium is needed by tests only. Where it cannot be installed here, one line says how to get it;
# tests that need it are left out then, except in CI, where they fail.
chromium:
	@if ! command -v chromium chromium-browser google-chrome >/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Chromium"; \
	    { apt-get update -qq && apt-get install -y -qq chromium; } >/dev/null 2>&1 \
	      || echo "apt-get could not install Chromium: browser tests cannot run." >&2; \
	  else \
	    echo "Chromium is not installed: browser tests are left out. Debian: apt-get install chromium" >&2; \
	  fi; fi

# PostgreSQL is needed by tests only, like Chromium.
postgresql:
	@if ! command -v postgres >/dev/null && ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing PostgreSQL"; \
	    { apt-get update -qq && apt-get install -y -qq postgresql; } >/dev/null 2>&1 \
	      || echo "apt-get could not install PostgreSQL: its tests cannot run." >&2; \
	  else \
	    echo "PostgreSQL is not installed: its tests are left out. Debian: apt-get install postgresql" >&2; \
	  fi; fi

# bubblewrap isolates students' code. Without it only the sample class is graded.
bubblewrap:
	@if [ "$$(uname)" = Linux ] && ! command -v bwrap >/dev/null; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing bubblewrap"; \
	    { apt-get update -qq && apt-get install -y -qq bubblewrap; } >/dev/null 2>&1 \
	      || echo "apt-get could not install bubblewrap: students' code cannot be isolated." >&2; \
	  else \
	    echo "bubblewrap is not installed: students' code cannot be isolated. Debian: apt-get install bubblewrap" >&2; \
	  fi; fi

lock:  ## write requirements.lock from the environment as it is
	@$(BIN)/python -m pip freeze --exclude-editable | sed -E 's/\+cpu$$//' > requirements.lock.new
	@mv requirements.lock.new requirements.lock

clean:  ## remove what can be made again; never submissions, gradebook or .venv
	rm -rf _build sample_class .embcourse .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +
