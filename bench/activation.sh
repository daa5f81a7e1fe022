#!/bin/bash
# How long an old phone on a slow line waits for the pages of an activation: Chromium with 400 kbit/s
# and 400 ms there and back (Lighthouse's slow 3G), against the demonstration. Prints, checks nothing.
# usage: LOKET_BIN=… bench/activation.sh
set -euo pipefail
cd "$(dirname "$0")/../e2e"
: "${LOKET_BIN:?names the program, built with the feature demo}"
npx playwright test --config bench.config.ts | grep -E ' ms|passed|failed'
