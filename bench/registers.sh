#!/bin/bash
# The register service with a million people: time to start, memory, a search by name, and wrk
# against it while a fault file is in force. Its crate is optimised in every profile.
set -euo pipefail
cd "$(dirname "$0")/.."
people=${1:-1000000}
cargo build --quiet --workspace --locked --bin loket --test house
loket=${CARGO_TARGET_DIR:-target}/debug/loket
work=$(mktemp -d)
trap 'kill "$pid" 2>/dev/null || true; rm -rf "$work"' EXIT

start() {
  : >"$work/out"
  "$loket" registers serve --population "$people" --listen 127.0.0.1:0 "$@" >"$work/out" 2>"$work/log" &
  pid=$!
  until grep -q 'ready' "$work/out"; do kill -0 "$pid"; sleep 0.05; done
  url=$(sed -E 's/.*(http[^ ]+).*/\1/' "$work/out")
}
ask='"ticket":"b","legalContext":"bench","purpose":"bench","requestingUser":"bench","enterpriseNumber":"0884303369"'

before=$(date +%s.%N)
start
echo "started with $people people in $(echo "$(date +%s.%N) - $before" | bc) s, limit 10"
echo "memory: $(($(awk '/VmHWM/{print $2}' "/proc/$pid/status") / 1024)) MiB at most, limit 512"

for name in Peeters Janssens Jansens Mohamed; do
  body="{$ask,\"name\":{\"lastName\":\"$name\"},\"birth\":{\"birthDate\":\"1975-00-00\"},\"maximumResultCount\":10}"
  times=$(for _ in $(seq 20); do
    curl -s -o /dev/null -w '%{time_total}\n' -H 'content-type: application/json' -d "$body" "$url/national/persons/query"
  done | sort -n)
  echo "search $name: $(echo "$times" | sed -n 10p) s median, $(echo "$times" | tail -1) s slowest, limit 0.020"
done
kill "$pid"; wait "$pid" 2>/dev/null || true

command -v wrk >/dev/null || { echo "wrk is not installed (apt install wrk)"; exit 1; }
cat >"$work/faults.toml" <<'F'
[national]
answer = "broken"
every = 10
[bis]
delay-milliseconds = 20
every = 2
F
start --faults "$work/faults.toml"
for call in "national get" "bis query"; do
  read -r register kind <<<"$call"
  if [ "$kind" = get ]; then body="{$ask,\"ssin\":\"93651822294\",\"fields\":[\"lastName\"]}"
  else body="{$ask,\"name\":{\"lastName\":\"Benali\"},\"birth\":{\"birthDate\":\"1975-03-00\"}}"; fi
  printf 'wrk.method="POST"\nwrk.headers["Content-Type"]="application/json"\nwrk.body=[[%s]]\n' "$body" >"$work/post.lua"
  echo "wrk, $register/persons/$kind, every tenth call of national broken, every other of bis 20 ms late:"
  wrk -t1 -c16 -d5s --latency -s "$work/post.lua" "$url/$register/persons/$kind" | grep -E '50%|99%|Requests/sec|Non-2xx|Socket'
done
kill -0 "$pid" && echo "the service is still there"
