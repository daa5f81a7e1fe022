#!/bin/bash
# How long the checks of a sign-in take without the network, in an optimised build.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo bench --quiet --locked --package loket-eid --bench verify
