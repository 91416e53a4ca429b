# Everything a person does with this course. GNU make 3.81 (macOS) is enough.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first Python of these that is new enough makes the environment; `make PYTHON=... book` picks one.
PYTHON ?= python3 python3.13 python3.12 python3.11
PORT ?= 8000

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# What the comparison needs stays out of $(VENV), whose pins it would move.
BENCH_VENV := .venv-bench
BENCH_PIP := $(BENCH_VENV)/bin/python -m pip --disable-pip-version-check
SITE := _build/html
# `make test` builds a site of its own, so that nothing kept from an earlier build can help it.
COLD := _build/cold
DEMO := _build/demo-class
# Whether there is somewhere for a browser to appear.
SCREEN := $(or $(DISPLAY),$(WAYLAND_DISPLAY),$(filter Darwin,$(shell uname)))
NOTEBOOK := exercises/acceleration/acceleration.ipynb
# tests/conftest.py says how many workers there are, which tests come first and which stay together.
IN_PARALLEL := --numprocesses auto --dist loadscope --no-loadscope-reorder
# pip-compile must not write down where this machine gets its packages from.
COMPILE := $(BIN)/python -m piptools compile --quiet --upgrade --strip-extras --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

# nbgrader calls a command of its own environment by name, also from within `make lab`.
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help
help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | \
		awk -F ':.*## ' '{ printf "  make %-15s %s\n", $$1, $$2 }'

# --- for readers, learners and instructors ---------------------------------------------------

.PHONY: book
book: $(VENV)/runtime.stamp ## build the book and print where it is
	@echo "Building the book (a few minutes the first time: every cell is run) ..."
	@$(BIN)/jupyter-book build -q -W -n --keep-going .
	@echo "The book is built. Open $(CURDIR)/$(SITE)/index.html, or run: make serve"

.PHONY: serve
serve: book ## build the book and serve it on this machine (PORT=8000)
	@echo "Serving the book on http://127.0.0.1:$(PORT)/ until you press Ctrl+C"
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory $(SITE) $(PORT)

.PHONY: pdf
pdf: browser book ## print the whole book to one PDF, and offer it in the site
	@$(BIN)/python -m authoring pdf
	@$(BIN)/jupyter-book build -q -W -n --keep-going .

.PHONY: lab
lab: $(VENV)/runtime.stamp ## open the exercise in JupyterLab
	@$(BIN)/jupyter lab $(NOTEBOOK)

.PHONY: release
release: $(VENV)/runtime.stamp ## pack the student bundle, checked for solutions
	@$(BIN)/python -m authoring release

.PHONY: try-class
try-class: $(VENV)/runtime.stamp ## hand in a class of 30 to try grading on
	@$(BIN)/python -m authoring try-class

.PHONY: grade-demo
grade-demo: $(VENV)/runtime.stamp ## grade a class of 40 (honest, wrong, broken, hostile) and open the report
	@rm -rf $(DEMO)
	@$(BIN)/python -m authoring demo-class $(DEMO)
	@$(BIN)/python -m autograder grade $(DEMO)/submitted --out $(DEMO)/grades --no-gradebook
	@$(BIN)/python -m autograder report $(DEMO)/grades $(if $(SCREEN),--open)
	@echo "The report is $(CURDIR)/$(DEMO)/grades/report.html"

.PHONY: measure
measure: $(VENV)/runtime.stamp ## record this machine's measurements for the book
	@$(BIN)/python -m tinytorch measure

.PHONY: measure-gpu
measure-gpu: $(if $(GPU_PYTHON),,$(BENCH_VENV)/bench.stamp) ## record a GPU's measurements (GPU_PYTHON=a Python whose PyTorch sees it)
	@$(or $(GPU_PYTHON),$(BENCH_VENV)/bin/python) -m tinytorch measure --accelerator

.PHONY: simulate
simulate: $(VENV)/simulate.stamp ## record what a cache simulation says for the book
	@$(BIN)/python -m tinytorch.perf.traffic

.PHONY: walkthrough
walkthrough: $(VENV)/runtime.stamp ## record what the instructor's commands print, for their chapter
	@$(BIN)/python -m authoring walkthrough

# --- for those who work on the course --------------------------------------------------------

.PHONY: sync
sync: $(VENV)/runtime.stamp ## write every generated file anew
	@$(BIN)/python -m authoring sync

.PHONY: status
status: cold-book ## record how long the cells of the book ran, for the page on its state
	@$(BIN)/python -m authoring status $(COLD)/_build

.PHONY: prose
prose: $(VENV)/runtime.stamp ## find performance figures typed by hand and claims that are false
	@$(BIN)/python -m authoring prose

.PHONY: lint
lint: $(VENV)/test.stamp ## ruff, mypy and codespell
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/codespell

.PHONY: hooks
hooks: $(VENV)/test.stamp ## have git run the linters before every commit
	@$(PIP) install -qq --editable ".[hooks]"
	@$(BIN)/pre-commit install

.PHONY: test-fast
test-fast: $(VENV)/test.stamp ## the tests that need neither the book nor a browser
	@$(BIN)/python -m pytest $(IN_PARALLEL) -m "not book and not browser and not slow"

.PHONY: test-notebook
test-notebook: $(VENV)/test.stamp ## the tests that hold on every system: the notebook and what it runs
	@$(BIN)/python -m pytest $(IN_PARALLEL) @tests/everywhere.txt

.PHONY: cold-book
cold-book: $(VENV)/test.stamp
	@rm -rf $(COLD)
	@$(BIN)/jupyter-book build -q -W -n --keep-going --all --path-output $(COLD) .

.PHONY: browser
browser: $(VENV)/test.stamp
	@sh tests/browser/install_chromium.sh $(BIN)/python

.PHONY: test
test: lint browser cold-book ## set everything up and run every test
	@COURSE_SITE="$(CURDIR)/$(COLD)/_build/html" $(BIN)/python -m pytest $(IN_PARALLEL)

.PHONY: bench
bench: $(BENCH_VENV)/bench.stamp ## compare our kernels with those of other libraries
	@$(BENCH_VENV)/bin/python -m benchmarks

.PHONY: bench-explorers
bench-explorers: browser book ## measure how long a moved slider takes to repaint its explorer
	@$(BIN)/python -m benchmarks repaint

.PHONY: bench-pages
bench-pages: browser book ## measure how soon each page of the book can be read, from a cold cache
	@$(BIN)/python -m benchmarks pages

.PHONY: bench-grading
bench-grading: $(VENV)/runtime.stamp ## compare grading in the sandbox with nbgrader's own
	@$(BIN)/python -m benchmarks grading
	@$(BIN)/python -m benchmarks grading --memory

.PHONY: pictures
pictures: browser cold-book ## take the pictures that the README and shared links show
	@$(BIN)/python -m book._theme.rasterize
	@COURSE_SITE="$(CURDIR)/$(COLD)/_build/html" \
		$(BIN)/python -m pytest -q tests/browser/test_explorers.py -k every_control
	@mkdir -p screenshots/explorers
	@for picture in $$(grep -o 'screenshots/explorers/[a-z0-9-]*.png' README.md); do \
		cp "tests/browser/$$picture" "$$picture"; \
	done
	@COURSE_SITE="$(CURDIR)/$(COLD)/_build/html" COURSE_PICTURES="$(CURDIR)/screenshots/ways-in" \
		$(BIN)/python -m pytest -q tests/ways_in

.PHONY: links
links: book ## ask every address outside the book whether it still answers
	@$(BIN)/python -m authoring.external_links --site $(SITE)

.PHONY: lock
lock: $(VENV)/test.stamp ## pin the newest versions that pyproject.toml allows
	@$(PIP) install -qq --editable ".[lock]"
	@$(COMPILE) --output-file requirements.txt pyproject.toml
	@$(COMPILE) --extra test --constraint requirements.txt --output-file requirements-test.txt \
		pyproject.toml

.PHONY: clean
clean: ## remove everything that these targets made
	@rm -rf _build dist $(VENV) $(BENCH_VENV) tests/browser/screenshots *.egg-info
	@rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis

# --- the environment -------------------------------------------------------------------------

$(VENV)/pyvenv.cfg $(BENCH_VENV)/pyvenv.cfg:
	@for python in $(PYTHON); do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			found=$$python; break; \
		fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "No Python 3.11 or newer was found (looked for: $(PYTHON))." >&2; \
		echo "Install one, or name it: make PYTHON=/path/to/python3.12 book" >&2; \
		exit 1; \
	fi; \
	if ! $$found -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "$$found cannot make a virtual environment: its venv module is missing." >&2; \
		echo "On Debian and Ubuntu, install it with: sudo apt-get install python3-venv" >&2; \
		exit 1; \
	fi; \
	$$found -m venv $(@D)

$(VENV)/runtime.stamp: $(VENV)/pyvenv.cfg requirements.txt pyproject.toml
	@echo "Installing the pinned packages into $(VENV) (a few minutes the first time) ..."
	@$(PIP) install -qq -r requirements.txt
	@$(PIP) install -qq --no-deps --editable .
	@touch $@

$(VENV)/test.stamp: $(VENV)/runtime.stamp requirements-test.txt
	@echo "Installing what the tests need besides ..."
	@$(PIP) install -qq -r requirements-test.txt
	@touch $@

# One library at a time, so that one which does not install here does not keep out the others. The
# constraints leave NumPy at the version that the course pins.
$(BENCH_VENV)/bench.stamp: $(BENCH_VENV)/pyvenv.cfg requirements.txt pyproject.toml
	@echo "Installing the libraries to compare with into $(BENCH_VENV) (several hundred MB) ..."
	@$(BENCH_PIP) install -qq --constraint requirements.txt matplotlib numpy threadpoolctl tqdm
	@$(BENCH_PIP) install -qq --no-deps --editable .
	@$(BENCH_VENV)/bin/python -c 'import tomllib; \
		project = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
		print(*project["optional-dependencies"]["bench"], sep="\n")' > $(BENCH_VENV)/bench.txt
	@while read -r library; do \
		$(BENCH_PIP) install -qq --constraint requirements.txt "$$library" || \
			echo "$$library does not install here, so the comparison leaves it out."; \
	done < $(BENCH_VENV)/bench.txt
	@touch $@

$(VENV)/simulate.stamp: $(VENV)/runtime.stamp
	@echo "Installing the cache simulator (it is compiled here: that takes a C compiler) ..."
	@$(PIP) install -qq --editable ".[simulate]"
	@touch $@
