#!/bin/bash
# What a look-up costs of our own time beside the register's answer: the whole program with SQLite,
# the register service on loopback. The form that opens a dossier is timed from sending to the
# redirect, and so is the register's answer to the same question, by the same client; the
# difference is ours: two commits, two commands, one page. An optimised build on a quiet machine, or the
# figure says nothing; LOKET_BIN names another one.
set -euo pipefail
cd "$(dirname "$0")/.."
limit=0.003
if [ -z "${LOKET_BIN:-}" ]; then
  cargo build --quiet --release --workspace --locked --features loket/demo --bin loket
  LOKET_BIN=${CARGO_TARGET_DIR:-target}/release/loket
fi
work=$(mktemp -d)
trap 'kill $demo $registers 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
demo= registers=

"$LOKET_BIN" demo --port 0 --data "$work/data" >"$work/demo" 2>"$work/demo.log" & demo=$!
"$LOKET_BIN" registers serve --population 20000 --listen 127.0.0.1:0 >"$work/registers" 2>"$work/registers.log" & registers=$!
until grep -q ready "$work/demo" && grep -q ready "$work/registers"; do kill -0 $demo; kill -0 $registers; sleep 0.1; done
url=$(sed -nE 's/.*ready: (http[^ ]+).*/\1/p' "$work/demo")
registry=$(sed -nE 's/.*ready: (http[^ ]+).*/\1/p' "$work/registers")

call() { curl -s -b "$work/cookies" -c "$work/cookies" -H "Origin: $url" "$@"; }
hidden() { sed -nE "s/.*name=\"$1\" value=\"([^\"]+)\".*/\1/p" | head -n 1; }

sign_in() { # card
  rm -f "$work/cookies"
  local nonce token terms
  nonce=$(call -X POST -H 'content-type: application/json' -d '' "$url/sign-in/challenge" | jq -r .nonce)
  token=$(call -H 'content-type: application/json' "$url/demo/cards/$1/authenticate" \
    -d "$(jq -n --arg c "$nonce" --arg o "$url" '{challenge:$c,origin:$o,pin:"1234"}')")
  call -o /dev/null -H 'content-type: application/json' -d "$token" "$url/sign-in"
  terms=$(call "$url/terms")
  call -o /dev/null "$url/terms" --data-urlencode "wish=$(hidden wish <<<"$terms")" \
    --data-urlencode "version=$(hidden version <<<"$terms")" -d accept=yes
}

# Three officers: each looks up as many people as go out unslowed.
numbers=$(call "$url/demo" | grep -oE '[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}\.[0-9]{2}' | sort -u)
number=$(head -n 1 <<<"$(for n in $numbers; do
  d=$(tr -d '.-' <<<"$n")
  ask="{\"ticket\":\"b\",\"legalContext\":\"bench\",\"purpose\":\"bench\",\"requestingUser\":\"bench\",\"enterpriseNumber\":\"0884303369\",\"ssin\":\"$d\",\"fields\":[\"lastName\"]}"
  if curl -s -f -o /dev/null -H 'content-type: application/json' -d "$ask" "$registry/national/persons/get"; then echo "$n"; break; fi
done)")
digits=$(tr -d '.-' <<<"$number")
ask="{\"ticket\":\"b\",\"legalContext\":\"bench\",\"purpose\":\"bench\",\"requestingUser\":\"bench\",\"enterpriseNumber\":\"0884303369\",\"ssin\":\"$digits\",\"fields\":[\"lastName\"]}"

for card in officer-nl officer-fr officer-de; do
  sign_in "$card"
  for n in $(seq 28); do
    wish=$(call "$url/desk" | hidden wish)
    read -r status time <<<"$(call -o "$work/answer" -w '%{http_code} %{time_total}' "$url/desk" \
      --data-urlencode "wish=$wish" --data-urlencode "number=$number" -d reason=first_key)"
    [ "$status" = 303 ] || { echo "a look-up was answered with $status"; exit 1; }
    # The first ones open connections and warm caches.
    [ "$n" -le 3 ] || echo "$time" >>"$work/ours"
    time=$(curl -s -o /dev/null -w '%{time_total}' -H 'content-type: application/json' -d "$ask" "$registry/national/persons/get")
    [ "$n" -le 3 ] || echo "$time" >>"$work/theirs"
  done
done
median() { sort -n "$1" | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }
ours=$(median "$work/ours") theirs=$(median "$work/theirs")
cost=$(echo "$ours - $theirs" | bc -l)
echo "$(wc -l <"$work/ours") look-ups: $ours s from form to redirect, $theirs s of it the register's answer (medians)"
echo "our own time: 0$cost s, limit $limit"
[ "$(echo "$cost < $limit" | bc -l)" = 1 ]
