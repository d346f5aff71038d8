#!/usr/bin/env bash
# Everything that must pass: format, lints, the suite on both databases, the browser. Installs what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n== %s (%s)\n' "$1" "$(date +%H:%M:%S)"; }

install() {
    say "installing $*"
    sudo_=""
    [ "$(id -u)" = 0 ] || sudo_=sudo
    $sudo_ apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $sudo_ apt-get install -y -qq "$@" >/dev/null
}

missing=()
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
[ -e /usr/include/postgresql/libpq-fe.h ] || missing+=(libpq-dev)
command -v chromium >/dev/null || missing+=(chromium)
command -v pdftotext >/dev/null || missing+=(poppler-utils)
command -v zbarimg >/dev/null || missing+=(zbar-tools)
[ ${#missing[@]} -eq 0 ] || install "${missing[@]}"

export CARGO_TERM_COLOR=never

say "format"
cargo fmt --check

say "lints"
cargo clippy --quiet --features postgres --all-targets -- -D warnings

say "unit tests, and the suite on SQLite"
cargo test --quiet --features postgres

say "the suite on PostgreSQL"
folder=$(mktemp -d)
pg=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
as() { if [ "$(id -u)" = 0 ]; then runuser -u nobody -- "$@"; else "$@"; fi; }
[ "$(id -u)" != 0 ] || chown nobody "$folder"
stop() { as "$pg/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$folder"; }
trap stop EXIT
as "$pg/initdb" -D "$folder/data" -A trust -U chaperone --locale=C.UTF-8 -E UTF8 >/dev/null
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
as "$pg/pg_ctl" -D "$folder/data" -w -l "$folder/log" \
    -o "-p $port -k $folder -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=300" start >/dev/null
as "$pg/createdb" -h 127.0.0.1 -p "$port" -U chaperone chaperone
CHAPERONE_TEST_POSTGRES="postgres://chaperone@127.0.0.1:$port/chaperone" \
    cargo test --quiet --features postgres --test suite

say "the build without PostgreSQL"
cargo build --quiet

say "the browser"
if [ -d tests/browser ]; then
    (cd tests/browser && npm ci --no-audit --no-fund --loglevel=error && CHAPERONE=../../target/debug/chaperone npm test)
fi

say "done"
