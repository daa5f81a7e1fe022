#!/bin/bash
# How long an auditor waits for the first rows of each way of asking, among so many events: what
# exactly, says crates/loket-app/benches/audit_search.rs. An unoptimised build, as the other benchmarks
# of the office; PROFILE=release for the figures of an installation. Ten million take a quarter of an hour.
# usage: bench/audit-search.sh [events] [questions of each way]
set -euo pipefail
cd "$(dirname "$0")/.."
echo "processors: $(nproc), load before: $(cut -d' ' -f1-3 /proc/loadavg)"
cargo bench --quiet --workspace --locked --features loket/demo --profile "${PROFILE:-dev}" --bench audit_search -- "$@"
