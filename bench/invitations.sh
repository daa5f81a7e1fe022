#!/bin/bash
# Invitations a second through the real office, its outbox and its adapters to receivers on this
# machine: what exactly, says crates/loket-app/benches/invitations.rs.
# usage: bench/invitations.sh [a second] [seconds]
set -euo pipefail
cd "$(dirname "$0")/.."
echo "processors: $(nproc), load before: $(cut -d' ' -f1-3 /proc/loadavg)"
cargo bench --quiet --workspace --locked --features loket/demo --bench invitations -- "$@"
