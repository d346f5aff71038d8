# Names the commands; holds no logic.
.PHONY: run test bench fmt

CARGO ?= cargo

run:
	$(CARGO) build --release
	target/release/chaperone demo --if-empty
	target/release/chaperone serve

test:
	./tests/all.sh

bench:
	$(CARGO) bench --features postgres --bench ratios

fmt:
	$(CARGO) fmt
