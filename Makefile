# Names the commands; holds no logic.
.PHONY: run test fmt

CARGO ?= cargo

run:
	$(CARGO) build --release
	target/release/chaperone demo --if-empty
	target/release/chaperone serve

test:
	./tests/all.sh

fmt:
	$(CARGO) fmt
