# Two commands do everything: `make demo` and `make test`. `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
export CARGO_TERM_COLOR ?= auto

PORT ?= 8080
DATA ?= data
# Where cargo puts what it builds; a checkout may share another's by setting CARGO_TARGET_DIR.
TARGET := $(or $(CARGO_TARGET_DIR),target)
BIN := $(TARGET)/debug/throughline

.PHONY: help demo test web build release dist bench bench-ingest bench-place fuzz pain-table shots clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

demo: ## build, load the sample workspaces, serve on http://127.0.0.1:8080
	@scripts/need demo
	@$(MAKE) --no-print-directory build
	@exec $(BIN) demo --data $(DATA) --samples samples --listen 127.0.0.1:$(PORT)

build: web ## the web app and the binary
	cargo build --locked --workspace

web: web/dist/index.html

web/node_modules/.ready: web/package-lock.json web/package.json
	cd web && npm ci --ignore-scripts --no-audit --no-fund
	touch $@

web/dist/index.html: web/node_modules/.ready $(shell git ls-files web/src web/snippet web/tools/packed.ts web/index.html web/tsconfig.json web/vite.config.ts web/public 2>/dev/null)
	cd web && npm run build
	touch $@

test: ## all checks: web, Python, Rust. Installs what it needs on Debian as root
	@scripts/test

release: web
	cargo build --locked --release --workspace --bin throughline

dist: release ## a self-contained archive: release binary, web app, sample data; needs no compiler to run
	@scripts/dist

bench: ## speed beside ClickHouse, DuckDB and Polars; EVENTS=10000000 QUESTIONS=a,b REPS=3 choose, see benches/compare
	@scripts/bench

bench-ingest: ## how fast events come in over HTTP; SECONDS=60 CONNECTIONS=4 LAKE=folder WRITE=1 choose, see benches/ingest
	cargo build --locked --release --workspace --bin throughline --example load
	python3 benches/ingest/run.py --binary $(TARGET)/release/throughline --load $(TARGET)/release/examples/load \
	    --seconds $(or $(SECONDS),60) --connections $(or $(CONNECTIONS),4) $(if $(LAKE),--lake $(LAKE)) \
	    $(if $(WORK),--work $(WORK)) $(if $(WRITE),--write)

bench-place: ## positions of a floor in, zones, flows and heat out, beside MovingPandas; ROWS=100000000 DAYS=28 PEER=60000 choose
	cargo build --locked --release --workspace --bin throughline
	[ -x .venv-bench-place/bin/python ] || python3 -m venv .venv-bench-place
	.venv-bench-place/bin/pip install --quiet --disable-pip-version-check -r benches/place/requirements.txt
	.venv-bench-place/bin/python benches/place/run.py --binary $(TARGET)/release/throughline \
	    --rows $(or $(ROWS),100000000) --days $(or $(DAYS),28) --peer $(or $(PEER),60000) --work $(TARGET)

fuzz: ## decoders against mutations of what libraries send, for SECONDS a target (60); see fuzz/README.md
	THROUGHLINE_FUZZ_SECONDS=$(or $(SECONDS),60) cargo test --locked --workspace --test fuzzed

pain-table: ## what is found of pains planted in sixty simulated worlds, and of none in two hundred; hours
	cargo test --locked --workspace --test samples the_whole_table -- --ignored --nocapture

shots: build ## screenshots of every screen in both languages and themes, into web/shots
	@scripts/shots

clean: ## remove what was built, keep the data
	cargo clean
	rm -rf web/dist web/node_modules .venv .venv-bench .venv-bench-place
