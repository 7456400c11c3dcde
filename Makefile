# The commands of this project. `make` alone lists them.
#
# Tests run side by side, two a core; JOBS=0 runs them one after the other, as a debugger needs it.
#
# Everything that set-up makes lies under .venv/ and .tools/; the state of real deployments lies under
# .pulumi-state/ unless PULUMI_BACKEND_URL names another place. All paths are relative, so that the checkout may
# lie in a folder whose name has blanks.

PYTHON ?= python3
ARGS ?=
# The engine waits more than it works.
JOBS ?= $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN))))
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest --numprocesses $(JOBS) --dist loadscope --no-loadscope-reorder

# `make rehearse` is about production unless told otherwise; what touches a server is about staging.
REHEARSED := $(if $(filter undefined,$(origin STACK)),production,$(STACK))
STACK ?= staging

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup rehearse preview up refresh destroy check test static unit sdk docs policies bench engine engine-stop base-image \
	lock fmt clean FORCE

help:  ## list these commands
	@echo "usage: make COMMAND [STACK=local|staging|production] [ARGS='options for the command behind it']"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-11s %s\n", $$1, $$2}' Makefile

# --- set-up ---------------------------------------------------------------------------------------------------

# A virtualenv holds absolute paths: one that was moved or copied here with the checkout is made anew, and so is
# one whose Python is gone.
VENV_OF := $(shell cat .venv/.made-in 2>/dev/null)
ifneq ($(VENV_OF),$(CURDIR))
.venv/.ready: FORCE
endif
# A forced origin of the CLI is looked at on every run; otherwise the stamp says that it is there.
ifdef TOOLCHAIN
.tools/.ready: FORCE
endif

setup: .tools/.ready  ## install everything that the other commands need (they run it themselves)
	@:

.venv/.ready: requirements.lock pyproject.toml sdks/dokploy/pyproject.toml Makefile
	@command -v "$(PYTHON)" >/dev/null || { \
		echo "there is no $(PYTHON); Python 3.11 or later is needed: make setup PYTHON=python3.12" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11) and "%s is Python %s.%s; 3.11 or later is \
	needed: make setup PYTHON=python3.12" % ((sys.executable,) + tuple(sys.version_info[:2])))'
	@echo "set-up: Python packages into .venv (about a minute the first time)"
	@if [ -n "$(VENV_OF)" ] && [ "$(VENV_OF)" != "$(CURDIR)" ] || ! $(BIN)/python -c '' 2>/dev/null; then \
		"$(PYTHON)" -m venv --clear .venv; fi
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@# In "compat" mode setuptools writes a path, not an import hook that every start of a Python process pays for.
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		--config-settings editable_mode=compat --editable . --editable sdks/dokploy
	@printf '%s' "$(CURDIR)" > .venv/.made-in
	@touch $@

.tools/.ready: .venv/.ready $(wildcard toolchain/*.py toolchain/cli/go.* toolchain/cli/*/*.go toolchain/cli/*/*.py)
	@mkdir -p .tools
	@$(BIN)/python -m toolchain
	@touch $@

# --- deployments ----------------------------------------------------------------------------------------------

rehearse: setup  ## deploy a stack to a Dokploy in memory, end to end (STACK=production; needs no server)
	@$(BIN)/python -m ops rehearse $(REHEARSED) $(ARGS)

# What the stack is held to: the level of its own, or every rule where it has none.
LEVEL = $(wildcard policies/levels/$(STACK).json)
POLICIES = PULUMI_OPTION_POLICY_PACK=./policies $(if $(LEVEL),PULUMI_OPTION_POLICY_PACK_CONFIG=$(LEVEL))

# The same environment that `eval "$(.venv/bin/python -m ops env)"` gives to a shell; for a stack, `ops env` also takes
# up what a killed run left.
READY = settings=$$($(BIN)/python -m ops env --stack $(STACK)) && eval "$$settings" \
	&& pulumi stack select --create --stack $(STACK)
PULUMI = $(READY) && $(POLICIES) pulumi

# Pulumi asks before it changes anything; without a terminal it ends with the names of its options instead.
CHANGE = $(READY) && { { [ -t 0 ] && [ -t 1 ]; } || printf '%s\n' $(ARGS) $${PULUMI_SKIP_CONFIRMATIONS:+--yes} \
	| grep -Eq '^(--yes|--skip-preview|--preview-only|-[a-z]*[yf])' \
	|| echo "nobody can be asked without a terminal: \`make $@ STACK=$(STACK) ARGS=--yes\` does not ask" >&2; } \
	&& $(POLICIES) pulumi

preview: setup  ## show what `make up` would change on the server
	@$(PULUMI) preview --stack $(STACK) $(ARGS)

# Whatever Pulumi's exit code is, an update that it began leaves a record with it (`python -m ops evidence`). make itself
# ends with 2 when it is not 0.
up: setup  ## deploy the stack, under its policies
	@events=$$(mktemp) && trap 'rm -f "$$events"' EXIT && trap : INT TERM && export PULUMI_DEBUG_COMMANDS=true; \
	{ $(CHANGE) up --stack $(STACK) --event-log "$$events" $(ARGS); }; code=$$?; \
	$(BIN)/python -m ops evidence --record $(STACK) --events "$$events" --exit-code $$code; exit $$code

refresh: setup  ## read the server back into the state, to find what was changed by hand
	@$(CHANGE) refresh --stack $(STACK) $(ARGS)

destroy: setup  ## remove the stack
	@$(CHANGE) destroy --stack $(STACK) $(ARGS)

# --- the local stack ------------------------------------------------------------------------------------------

engine: setup  ## find a Docker engine, or start a private one (root on Debian), and print its address
	@$(BIN)/python -m ops engine

engine-stop: setup  ## end the private Docker engine; its images and volumes stay under .tools/engine
	@$(BIN)/python -m ops engine --stop

base-image: setup  ## make the image chatzwa-base:local from this machine's node, where no registry is reachable
	@$(BIN)/python -m ops base-image

# --- development ----------------------------------------------------------------------------------------------

static: setup
	@echo "check: format, lint, types, imports, workflows"; failed=0; \
	$(BIN)/python -m ruff format --check --quiet --output-format concise . || failed=1; \
	$(BIN)/python -m ruff check --quiet --output-format concise . || failed=1; \
	$(BIN)/python -m mypy --no-error-summary || failed=1; \
	said=$$(PYTHONPATH=policies $(BIN)/lint-imports --no-logo 2>&1) || { echo "$$said"; failed=1; }; \
	$(BIN)/zizmor --offline --quiet --no-progress --persona pedantic .github >/dev/null 2>&1 || \
		{ $(BIN)/zizmor --offline --no-progress --persona pedantic .github; failed=1; }; \
	$(BIN)/shellcheck .github/scripts/*.sh || failed=1; \
	actionlint=$$($(BIN)/python -m toolchain actionlint | tail -n 1); \
	[ -z "$$actionlint" ] || PATH="$(CURDIR)/$(BIN):$$PATH" "$$actionlint" || failed=1; \
	exit $$failed

unit: setup  ## the tests that need no engine
	@$(PYTEST) -m "not engine and not docker and not provider" $(ARGS)

check: static unit  ## format, lint, types, import rules and unit tests (about a minute)

test: setup  ## check, and every other test: contract and the real engine against the simulator
	@began=$$(date +%s); \
	$(MAKE) --no-print-directory static && $(PYTEST) $(ARGS); code=$$?; \
	echo "make test took $$(($$(date +%s) - began)) s"; exit $$code

sdk: setup  ## generate the Python SDK of the dokploy provider from its schema
	@new=$$(mktemp -d) && trap 'rm -rf "$$new"' EXIT \
	&& PULUMI_HOME="$$new/home" PULUMI_SKIP_UPDATE_CHECK=true PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true \
		.tools/bin/pulumi package gen-sdk ./dokploy --language python --out "$$new/sdk" \
	&& rm -rf sdks/dokploy && cp -R "$$new/sdk/python" sdks/dokploy

docs: setup  ## write docs/provider.md anew from the provider's schema
	@$(BIN)/python -m docs.provider

bench: setup  ## print the calls an operation costs and the plugin's start (judges nothing)
	@$(BIN)/python -m bench

policies: setup  ## write docs/policies.md anew from the rules
	@cd policies && ../$(BIN)/python -m sop.reference

lock:  ## write requirements.lock anew from pyproject.toml (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: https://docs.astral.sh/uv" >&2; exit 1; }
	uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-emit-index-url --no-header \
		--quiet --output-file requirements.lock

fmt: setup  ## format the code and apply the safe corrections
	@$(BIN)/python -m ruff format .
	@$(BIN)/python -m ruff check --fix .

clean:  ## remove what set-up and the tests made (never .pulumi-state)
	@if [ -d .tools/engine ]; then $(BIN)/python -m ops engine --stop; fi
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
