#!/bin/bash
# How fast a whole log is checked on one core, and what an event costs to make, in an optimised build.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo bench --quiet --locked --package loket-tlog --bench whole
