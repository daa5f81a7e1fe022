# One entry point for people and for CI. Everything that a target needs, it installs (Debian 12,
# with Rust and Node there already).
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup test demo demo-reset generated bench deny

# Outside the clone, so that a fresh clone on the same machine builds our own crates only.
export CARGO_TARGET_DIR ?= $(HOME)/.cache/loket/target
PORT ?= 8080
DATA ?= demo-data

# Always the whole workspace, with one test target beside the program: any other selection would
# choose other features of the crates from outside and build hundreds of them again.
BUILD := cargo build --quiet --workspace --locked --bin loket --test house

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## Install what is missing: Debian packages, npm packages by lock file
	@tools/setup

test: setup ## Format, lints, unit, integration and browser tests; what CI runs
	@tools/test

demo: ## Build and start everything on this machine; PORT=8080 DATA=demo-data
	@tools/setup --build
	@$(BUILD) --features loket/demo
	@exec "$(CARGO_TARGET_DIR)/debug/loket" demo --data "$(DATA)" --port "$(PORT)"

demo-reset: ## Empty the folder of the demonstration
	@tools/demo-reset "$(DATA)"

generated: ## Write the files that tests compare: docs/generated, snapshots
	@LOKET_WRITE_GENERATED=1 INSTA_UPDATE=always cargo nextest run --workspace --locked --features loket/demo -E 'package(loket-domain) or test(help_texts)'

deny: ## Licences, banned crates, sources and layers
	@tools/deny

bench: ## Load and scale benchmarks
	@tools/bench
