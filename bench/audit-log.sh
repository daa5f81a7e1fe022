#!/bin/bash
# How fast a whole log is checked on one core, and what an event costs to make; then what the log costs in the
# database beside the same rows in commits of the same size, in one run. An optimised build.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo bench --quiet --locked --package loket-tlog --bench whole
cargo bench --quiet --locked --package loket-store --bench audit_log
