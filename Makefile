# Brings its own uv where there is none, at the version and by the hashes of requirements.lock.
UV := $(shell command -v uv || echo .uv/bin/uv)
SUPPORTED := >=3.11,<3.14

unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME
# The tools in .venv are called by name.
export PATH := $(CURDIR)/.venv/bin:$(PATH)

.PHONY: help demo demo-update demo-fleet test test-library check bench docs library lock clean
.DEFAULT_GOAL := help

help:
	@echo "make demo     generate a model repo in demo/ and take it to its first champion"
	@echo "make demo-update  an update that copier gets wrong and modelyard gets right"
	@echo "make demo-fleet   a bad release that is stopped and taken back, and a mended one in waves"
	@echo "make test     run the suite's tests, then the library's"
	@echo "make test-library  run the library's tests alone"
	@echo "make check    format, lint, types, workflows"
	@echo "make bench    measure what docs/reference/figures.md claims"
	@echo "make docs     write the generated parts of docs/"
	@echo "make library  build the library's wheel into the template"
	@echo "make lock     compile the suite's lock and the generated repos' (ARGS=--upgrade)"

demo: .venv/ready
	@python tools/demo.py

demo-update: .venv/ready
	@python -m tools.demo_update

demo-fleet: .venv/ready
	@python -m tools.demo_fleet

LIBRARY_TESTS := .venv-library/bin/python -m pytest library/tests -n 2 --dist worksteal

# ARGS are the suite's tests' here, and the library's in test-library.
test: .venv/ready .venv-library/ready
	@python -m tools.library_tests repos
	@failed=0; pytest -n 2 --dist worksteal $(ARGS) || failed=$$?; \
	  $(LIBRARY_TESTS) || failed=$$?; exit $$failed

test-library: .venv-library/ready
	@python -m tools.library_tests repos
	@$(LIBRARY_TESTS) $(ARGS)

check: .venv/ready .venv-library/ready
	@pre-commit run --all-files $(ARGS)

bench: .venv/ready
	@python -m benchmarks $(ARGS)

docs: .venv/ready
	@python -m tools.reference

# After each change below library/: the wheel in the tree is the one that the tree builds.
library: .venv/ready
	@python tools/library.py

lock: .venv/ready
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  pyproject.toml --group dev --extra fleet -o requirements.lock $(ARGS)
	@uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  pyproject.toml --group build --extra fleet --constraint requirements.lock \
	  -o src/modelyard/fleet/ci/requirements.lock
	@python -m tools.lock $(ARGS)
	@python tools/taken_names.py

clean:
	@rm -rf .venv .venv-library .uv library/tests/.repos demo .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/ready: requirements.lock pyproject.toml $(UV)
	@python=$$($(UV) python find --no-python-downloads "$(SUPPORTED)" 2>/dev/null) || { \
	  echo "modelyard needs Python $(SUPPORTED); here is $$(python3 --version 2>&1)."; \
	  echo "  hint: $(UV) python install 3.12"; exit 5; }; \
	echo "… install the suite's tools into .venv"; \
	$(UV) venv --quiet --allow-existing --python "$$python" .venv && \
	$(UV) pip sync --quiet --require-hashes --compile-bytecode --python .venv/bin/python requirements.lock && \
	$(UV) pip install --quiet --no-deps --no-build-isolation --python .venv/bin/python --editable .
	@touch $@

# The environment of a generated repo, with the library as it stands in the work tree.
.venv-library/ready: choices/core/requirements.lock $(wildcard choices/storage/*/requirements.lock) \
  library/pyproject.toml tools/library_tests.py tools/interpreters.py .venv/ready
	@echo "… install what the library is tested with into .venv-library" && \
	python=$$(python -m tools.library_tests python) && \
	$(UV) venv --quiet --clear --relocatable --python "$$python" .venv-library && \
	python -m tools.library_tests lock > .venv-library/requirements.txt && \
	$(UV) pip sync --quiet --require-hashes --compile-bytecode --python .venv-library/bin/python \
	  .venv-library/requirements.txt && \
	$(UV) pip install --quiet --no-deps --no-build-isolation --python .venv-library/bin/python --editable library
	@touch $@

.uv/bin/uv:
	@echo "… install uv into .uv"
	@python3 -m venv .uv && sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > .uv/uv.lock && \
	  .uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement .uv/uv.lock
