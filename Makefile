# draw, test: all that a user needs. The rest is for contributors; CONTRIBUTING.md tells what each is for.
# A virtual environment is made once, and again only when what it was made from changes: its stamp bears the key.

VENV ?= .venv
WHEEL_VENV ?= .venv-wheel
# MXNet needs an older NumPy than everything else, so it has an environment of its own.
MXNET_VENV ?= .venv-mxnet
LOWEST_VENV ?= .venv-lowest
# PyTorch is large: the environments of the tests share one copy, its build for CPUs, from this index if it can be reached.
TORCH_VENV ?= .venv-torch
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu
# Any interpreter from 3.11 on, the plain name first.
PYTHON ?= $(shell for name in python3 python3.11 python3.12 python3.13 python3.14; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$name" && break; done)
# Test processes; the tests are bound by the processor.
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
# One that dies ends the run and names its test: pytest-xdist 3.8 may wait for ever for the process that replaces it.
PROCESSES := -n $(JOBS) --dist loadgroup --max-worker-restart 0
# Each is a thread: those of PyTorch and MXNet would wait for each other's cores.
test test-mxnet coverage wheel-smoke lowest: export OMP_NUM_THREADS ?= 1
# The tests start hundreds of processes: where the environment forbids Python to keep what it has compiled, each would
# compile PyTorch and all else that it imports again, which takes more than half of its time.
export PYTHONDONTWRITEBYTECODE =
ARGS ?=
# Set to anything, a test that is left out for want of a component fails, unless its environment lacks that by design.
STRICT ?=
may_lack = $(if $(STRICT),--require-all $(foreach name,$(1),--may-lack $(name)))
DRAW ?= 100
# Tests that read the checkout itself, which a wheel does not hold.
CHECKOUT_TESTS := test_container.py test_docs.py test_gpu_host_guide.py test_install_torch.py test_layers.py \
	test_packaging.py test_published_guide.py test_readme.py test_scale_guide.py test_bench_ratios.py test_your_own_loop.py
# Files that hold a smoke test: to collect the others, of which none would run, takes each process longer than many a test.
SMOKE_FILES = $(filter-out $(CHECKOUT_TESTS:%=tests/%),$(shell grep -rl --include='test_*.py' 'pytest\.mark\.smoke' tests | sort))

# Tests that meet both frameworks, or MXNet: those of PyTorch alone have run before. The last release of MXNet installs on
# Linux x86-64 and Python up to 3.11.
MXNET_TESTS := tests/test_rooms.py tests/train/backends tests/train/export/test_gluon.py -k 'gluon or mxnet or test_backends or contexts'
MXNET_HERE := $(shell $(PYTHON) -c 'import platform, sys; print(*["yes"] * (sys.version_info < (3, 12) and \
	(sys.platform, platform.machine()) == ("linux", "x86_64")))' 2>/dev/null)

# The oldest versions that are allowed install on the oldest Python that is.
LOWEST_HERE := $(shell $(PYTHON) -c 'import sys; print(*["yes"] * (sys.version_info < (3, 12)))' 2>/dev/null)

# Of the interpreter that an environment was made with, of PyTorch, and of all the rest.
cksum = $(shell { $(1); } 2>/dev/null | cksum | cut -d ' ' -f 1)
PYTHON_KEY := $(call cksum,echo "$(CURDIR)"; $(PYTHON) -c 'import sys; print(sys.prefix + sys.version)')
TORCH_KEY := $(call cksum,echo "$(PYTHON_KEY)"; grep '^torch==' constraints.txt)
KEY := $(call cksum,echo "$(TORCH_KEY)"; cat pyproject.toml constraints*.txt)
USER_READY := $(VENV)/.ready-$(KEY)
DEV_READY := $(VENV)/.ready-dev-$(KEY)
WHEEL_READY := $(WHEEL_VENV)/.ready-$(KEY)
TORCH_READY := $(TORCH_VENV)/.ready-$(TORCH_KEY)
MXNET_READY := $(if $(MXNET_HERE),$(MXNET_VENV)/.ready-$(KEY))
LOWEST_READY := $(if $(LOWEST_HERE),$(LOWEST_VENV)/.ready-$(KEY))
# Modules are compiled when they are first imported, which most never are. On a terminal pip shows how far it is.
PIP := -m pip --disable-pip-version-check --no-input install $(if $(MAKE_TERMOUT),,--quiet) --no-compile
BIN := $(VENV)/bin

.PHONY: help draw test test-mxnet coverage check format bench bench-gpu docs wheel wheel-smoke wheel-test lowest container-test user dev ready clean

help:
	@echo "make draw        draw $(DRAW) of everything into results_test/ and results/"
	@echo "make test        run all tests; ARGS='-k name' chooses"
	@echo "make coverage    run all tests, and tell which lines they never reach; drawing takes twice as long"
	@echo "make check       format, lint and types"
	@echo "make format      fix format, and what lint can fix"
	@echo "make bench       measure speed and memory, and ratios beside the last release or BASE=REV; ARGS=--quick for a glance,"
	@echo "                 ARGS=--peers beside competitors too"
	@echo "make bench-gpu   measure training on a GPU, in a few minutes; ARGS='--out gpu.md' keeps the tables"
	@echo "make docs        build the documentation into build/site"
	@echo "make wheel-test  build the wheel and run the smoke tests against it in a clean environment"
	@echo "make lowest      run the smoke tests with the oldest versions that pyproject.toml allows"
	@echo "make container-test  build the image and use it, or take its steps where no image can be built"
	@echo "make clean       remove what the others made, but not what was drawn"

draw: $(USER_READY)
	@$(BIN)/receiptgen draw $(DRAW) $(ARGS)

test: $(DEV_READY) $(MXNET_READY)
	@$(BIN)/python -m pytest $(PROCESSES) $(call may_lack,mxnet) $(ARGS)
ifeq ($(findstring -k,$(ARGS)),)
	@$(MAKE) --no-print-directory test-mxnet
endif

# What the main environment reaches. Code that draws takes twice as long when it is traced, so .ci/run leaves it out.
coverage: $(DEV_READY)
	@$(BIN)/python -m pytest $(PROCESSES) --cov --cov-report=term-missing:skip-covered $(call may_lack,mxnet) $(ARGS)

# The tests of both frameworks in one process, where each goes on with the other's weights.
test-mxnet: $(MXNET_READY)
ifeq ($(MXNET_HERE),)
	@echo "tests of MXNet are left out: its last release installs on Linux x86-64 and Python up to 3.11"
else
	@echo "tests of both frameworks, in $(MXNET_VENV)"
	@$(MXNET_VENV)/bin/python -m pytest $(PROCESSES) -p no:cacheprovider $(call may_lack,onnxruntime) $(MXNET_TESTS)
endif

check: $(DEV_READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

format: $(DEV_READY)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(DEV_READY)
	@$(BIN)/python tests/bench/run.py $(if $(BASE),--base $(BASE)) $(ARGS)

# PyTorch's build for GPUs is where pip looks: make bench-gpu TORCH_INDEX= TORCH_VENV=.venv-torch-gpu VENV=.venv-gpu
bench-gpu: $(DEV_READY)
	@$(BIN)/python tests/bench/gpu.py $(ARGS)

# Strict: a link that leads nowhere is an error. Nothing is fetched: fonts, scripts and styles come with the theme.
docs: $(DEV_READY)
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs --quiet build --clean
	@echo "build/site/index.html: written"

wheel-test: wheel
	@$(MAKE) --no-print-directory wheel-smoke

# Old files under build/lib would slip into the wheel.
wheel: $(DEV_READY) $(WHEEL_READY)
	@rm -rf build/lib build/bdist.* build/wheel
	@$(BIN)/python -m build --wheel --outdir build/wheel . > build-wheel.log 2>&1 || { cat build-wheel.log; exit 1; }
	@rm -f build-wheel.log
	@$(WHEEL_VENV)/bin/python $(PIP) --no-deps --force-reinstall build/wheel/*.whl

# -P keeps the checkout off the path, so that the tests meet the installed package; they run on a copy elsewhere for the
# same reason, without what other runs compile there meanwhile. Those marked smoke suffice: all others have run against
# the checkout, from which the wheel differs by what it lacks.
wheel-smoke:
	@copy=$$(mktemp -d) && trap 'rm -rf "$$copy"' EXIT && \
		tar --exclude=__pycache__ -cf - tests pyproject.toml | tar -xf - -C "$$copy" && \
		python=$$(realpath -s $(WHEEL_VENV)/bin/python) && cd "$$copy" && \
		"$$python" -P -m pytest $(PROCESSES) -p no:cacheprovider -m smoke $(call may_lack,mxnet) $(ARGS) $(SMOKE_FILES)

lowest: $(LOWEST_READY)
ifeq ($(LOWEST_HERE),)
	@echo "tests with the oldest versions are left out: they install on Python 3.11"
else
	@$(LOWEST_VENV)/bin/python -m pytest $(PROCESSES) -p no:cacheprovider -m smoke $(call may_lack,torch mxnet scikit-learn tensorboard wandb mlflow ray s3) $(ARGS) $(SMOKE_FILES)
endif

container-test:
	@tools/container_check.sh

user: $(USER_READY)
dev: $(DEV_READY)
ready: $(DEV_READY) $(WHEEL_READY) $(MXNET_READY) $(LOWEST_READY)

# borrow FROM,INTO: what is not in the one environment is looked up in the others. Paths in a .pth file bring no
# editable packages along.
purelib = "$$($(1)/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
borrow = for from in $(abspath $(1)); do echo $(call purelib,"$$from"); done > $(call purelib,$(2))/borrowed.pth

$(USER_READY): | $(VENV)/.python-$(PYTHON_KEY)
	@echo "installing receiptgen into $(VENV), about 0.1 GB to fetch"
	@$(BIN)/python $(PIP) --editable .
	@rm -f $(VENV)/.ready-* && touch $@

$(DEV_READY): $(TORCH_READY) | $(VENV)/.python-$(PYTHON_KEY)
	@echo "installing receiptgen and what its tests need into $(VENV), about 0.3 GB to fetch"
	@$(call borrow,$(TORCH_VENV),$(VENV))
	@$(BIN)/python $(PIP) --constraint constraints.txt --editable '.[dev]'
	@rm -f $(VENV)/.ready-* && touch $@ $(USER_READY)

$(TORCH_READY): | $(TORCH_VENV)/.python-$(PYTHON_KEY)
	@$(TORCH_VENV)/bin/python tools/install_torch.py $(TORCH_INDEX)
	@rm -f $(TORCH_VENV)/.ready-* && touch $@

# All but receiptgen itself is borrowed.
$(WHEEL_READY): $(DEV_READY) | $(WHEEL_VENV)/.python-$(PYTHON_KEY)
	@$(call borrow,$(VENV) $(TORCH_VENV),$(WHEEL_VENV))
	@rm -f $(WHEEL_VENV)/.ready-* && touch $@

$(MXNET_VENV)/.ready-$(KEY): $(TORCH_READY) | $(MXNET_VENV)/.python-$(PYTHON_KEY)
	@echo "installing MXNet and what its tests need into $(MXNET_VENV), about 0.2 GB to fetch"
	@$(call borrow,$(TORCH_VENV),$(MXNET_VENV))
	@$(MXNET_VENV)/bin/python $(PIP) --constraint constraints-mxnet.txt --editable '.[mxnet,torch]' pytest pytest-xdist hypothesis
	@rm -f $(MXNET_VENV)/.ready-* && touch $@

$(LOWEST_VENV)/.ready-$(KEY): | $(LOWEST_VENV)/.python-$(PYTHON_KEY)
	@echo "installing the oldest versions into $(LOWEST_VENV), about 0.1 GB to fetch"
	@$(LOWEST_VENV)/bin/python $(PIP) --constraint constraints-lowest.txt --editable '.[serve,pdf,heif,xlsx,lmdb,hf,svg]' \
		safetensors pytest pytest-xdist hypothesis babel python-bidi python-stdnum uharfbuzz webdataset datasets zxing-cpp
	@rm -f $(LOWEST_VENV)/.ready-* && touch $@

# Made again for another interpreter; what make did not make is not cleared.
%/.python-$(PYTHON_KEY):
	@test -n "$(PYTHON)" || { echo "receiptgen needs Python 3.11 or newer; name yours with 'make PYTHON=/path/to/python3'" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) can't make virtual environments; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@ls $*/.ready-* $*/.python-* >/dev/null 2>&1 || test ! -e $* || rmdir $* 2>/dev/null || \
		{ echo "$*: exists, and was not made by make; remove it, or name another as VENV" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $*
	@touch $@

clean:
	@rm -rf $(VENV) $(TORCH_VENV) $(WHEEL_VENV) $(MXNET_VENV) $(LOWEST_VENV) build dist *.egg-info .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
