#!/bin/bash
# How fast a whole log is checked on one core, and what an event costs to make; then what the log costs in the
# database beside the same rows in commits of the same size, in one run; then how long an event waits for its
# checkpoint. An optimised build.
set -euo pipefail
cd "$(dirname "$0")/.."
# The whole workspace: another selection would choose other features and build everything once more.
for name in whole audit_log checkpoint_age; do
  cargo bench --quiet --workspace --locked --features loket/demo --profile release --bench "$name"
done
