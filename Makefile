# Everything a developer does here. `make` alone lists it.
.DEFAULT_GOAL := help
.PHONY: help run test test-shared-data check fmt openapi bench schemathesis deny

help: ## List the targets.
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 20

run: ## Build and serve on 127.0.0.1:8080 with SQLite in ./data/; an empty database gets a sample tenant.
	cargo run --release --package server --bin wfi -- serve

test: ## Everything: on the in-memory fakes, SQLite and a private PostgreSQL that the suite starts.
	cargo build --package server --bin wfi
	cargo run --quiet --package private-postgres --bin with-postgres -- cargo test --workspace

test-shared-data: ## What needs the logs and answers of ../shared/data.
	cargo build --package server --bin wfi
	cargo test --package condition --features shared-data --test shared_data
	cargo test --package discrete-event --features shared-data --test shared_data
	cargo test --package log-import --features shared-data --test shared_data
	cargo test --package workflow-sim --features shared-data --test shared_data \
		--test backtest_shared_data --test prediction_shared_data
	cargo test --package it --features shared-data --test shared_data

check: fmt deny ## Formatting, lints, documentation, licences; warnings are errors.
	cargo clippy --workspace --all-targets --all-features -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet

fmt:
	cargo fmt --all -- --check

deny:
	cargo deny --log-level error check licenses bans sources

openapi: ## Write the OpenAPI document anew.
	cargo run --quiet --package server --bin wfi -- openapi > crates/api/openapi.json

schemathesis: ## Attack the running service with generated requests (SCHEMATHESIS_EXAMPLES=400 for many).
	cargo build --package server --bin wfi
	tests/schemathesis/run

bench: ## Ratios against peers in the same run; about ten minutes.
	cargo bench --package condition --bench evaluate
	cargo bench --package discrete-event --bench loop
	cargo bench --package workflow-sim --bench backtest --bench calibration
	cargo bench --package server --bench service
