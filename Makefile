# Two commands do all set-up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
FUZZ_MINUTES ?= 10
SERVER_SCHEMA ?= https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json
MCPB := npx --yes @anthropic-ai/mcpb@2.1.2

.PHONY: demo test check format inspect conformance score oracle snapshots bench tokens load fuzz recordings pages bundle server-json clean clients

demo: .venv/.installed  ## run a real MCP conversation with the embedded sandbox
	$(BIN)/recordings-mcp demo

test: .venv/.installed-dev  ## run the whole test suite
	$(BIN)/pytest -n auto -m "not alone"
	$(BIN)/pytest -n auto -m alone --dist loadfile

check: .venv/.installed-recorder  ## run linters, formatters, type checkers and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy -p recordings_mcp
	$(BIN)/mypy recorder publishing benchmarks tests examples/bare_client.py
	$(BIN)/pyright

clients: .venv/.installed  ## try real clients with the real server and print a table of the results; OPTIONS="--only Claude"
	$(BIN)/python -m tests.clients $(OPTIONS)

inspect: .venv/.installed  ## run the MCP Inspector's strict check (needs npx)
	npx --yes @modelcontextprotocol/inspector@2.12.0 --cli $(BIN)/recordings-mcp --sandbox --method tools/list --strict

conformance: .venv/.installed-dev  ## run the official conformance suite, on both protocols (needs npx)
	$(BIN)/python -m tests.conformance

score: .venv/.installed-dev  ## run mcpscore over stdio and HTTPS; docs/conformance.md explains every lost point
	$(BIN)/python -m tests.conformance.score

oracle: .venv/.installed-recorder  ## compare names with Chromium's accessibility tree (needs Chromium and npm); RECORDINGS="folder …"
	$(BIN)/python -m tests.oracle $(RECORDINGS)

format: .venv/.installed-dev  ## let ruff fix what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

snapshots: .venv/.installed-dev  ## accept a change of the tools' contracts; then read the diff
	$(BIN)/python -m tests.tools.contract

bench: .venv/.installed-dev  ## measure speed and memory, as ratios within one run
	$(BIN)/python -m benchmarks.replay
	$(BIN)/python -m benchmarks.growth
	$(BIN)/python -m benchmarks.privacy
	$(BIN)/python -m benchmarks.server

tokens: .venv/.installed-dev  ## count the tokens of answers and definitions, and check the estimate (needs npx)
	$(BIN)/python -m benchmarks.tokens

load: .venv/.installed-dev  ## serve 500 callers for a minute, each with its own key
	$(BIN)/python -m benchmarks.load

fuzz: .venv/.installed-dev  ## fuzz the engine for ten minutes, guided by coverage (Linux; FUZZ_MINUTES=60 for an hour)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,fuzz]'
	$(BIN)/python -m tests.replay.fuzz --minutes $(FUZZ_MINUTES)

recordings: .venv/.installed-recorder  ## record the demo shop's sessions again (needs Chromium and npm)
	$(BIN)/python -m recorder

pages: .venv/.installed-dev  ## update tables, links and examples in README and docs; then read the diff
	$(BIN)/python -m publishing pages

bundle: .venv/.installed-dev  ## build dist/recordings-mcp.mcpb for desktop hosts, validate it and start it (needs npx)
	rm -rf dist/bundle dist/unpacked
	$(BIN)/python -m publishing bundle dist/bundle
	$(MCPB) validate dist/bundle/manifest.json
	$(MCPB) pack dist/bundle dist/recordings-mcp.mcpb
	$(MCPB) unpack dist/recordings-mcp.mcpb dist/unpacked
	$(BIN)/python -m publishing start dist/unpacked

server-json: .venv/.installed-dev  ## validate server.json against its schema, which is downloaded
	$(BIN)/uvx check-jsonschema@0.39.0 --schemafile $(SERVER_SCHEMA) server.json

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.installed: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/.installed-dev: .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

.venv/.installed-recorder: .venv/.installed-dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,recorder]'
	touch $@

clean:
	rm -rf .venv dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .clients
