# Names the commands; holds no logic.
.PHONY: run test bench fmt

CARGO ?= cargo

run:
	$(CARGO) build --release
	target/release/chaperone demo --if-empty
	CHAPERONE_COUNCIL_PHONE=$${CHAPERONE_COUNCIL_PHONE:-01632 960000} target/release/chaperone serve

test:
	./tests/all.sh

bench:
	$(CARGO) bench --features postgres --bench ratios

fmt:
	$(CARGO) fmt
