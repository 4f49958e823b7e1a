#!/usr/bin/env bash
# Prints our query and grep side by side with what a user would reach for: `git grep <commit>` and `rg` on a checkout.
#
#   benches/compare/run.sh REPOSITORY [OLD]
#
# REPOSITORY is a git directory or a bundle; OLD is the older commit to ask (default: main~500, or the first commit).
# Needs Rust, git and python3; installs ripgrep and hyperfine from Debian where they are missing. Leaves nothing behind.
set -euo pipefail
cd "$(dirname "$0")/../.."

[ $# -ge 1 ] || { sed -n '2,8p' "$0"; exit 2; }
source=$1

need() { command -v "$1" >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$1" >/dev/null; }; }
need hyperfine
command -v rg >/dev/null 2>&1 || { apt-get update -qq && apt-get install -y -qq --no-install-recommends ripgrep >/dev/null; }

cargo build --release --quiet
lorekeep=$PWD/target/release/lorekeep

work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
git clone --quiet --bare "$source" "$work/memory.git" 2>/dev/null
# A bundle may not say which branch is its default one.
git -C "$work/memory.git" rev-parse --quiet --verify HEAD >/dev/null || git -C "$work/memory.git" symbolic-ref HEAD refs/heads/main
tip=$(git -C "$work/memory.git" rev-parse HEAD)
old=$(git -C "$work/memory.git" rev-parse --quiet --verify "${2:-HEAD~500}^{commit}" || git -C "$work/memory.git" rev-list --first-parent HEAD | tail -n 1)
git clone --quiet "$work/memory.git" "$work/checkout"

echo "# $(basename "$source"): $(git -C "$work/memory.git" rev-list --first-parent --count HEAD) landings, tip ${tip:0:10}, old ${old:0:10}"
/usr/bin/env time -f 'index of the whole line: %e s, %M KiB at most' "$lorekeep" --repo "$work/memory.git" index 2>&1 | tail -n 1
du -sh "$work/memory.git/lorekeep" | sed 's/\t.*/ index on disk/'

# A resident server, as agents ask it.
data=$work/data
"$lorekeep" org create bench --data-dir "$data" 2>/dev/null
"$lorekeep" repo create bench memory --adopt "$work/memory.git" --data-dir "$data" 2>/dev/null
token=$("$lorekeep" token create --org bench --name bench --role reader --data-dir "$data" 2>/dev/null)
"$lorekeep" serve --data-dir "$data" --listen 127.0.0.1:0 >"$work/listening" 2>"$work/log" &
server=$!
for _ in $(seq 100); do grep -q listening "$work/listening" && break; read -rt 0.1 <> <(:) || true; done
url=$(sed 's/listening on //' "$work/listening")

table() { # title, then pairs of name and command
    printf '\n## %s\n' "$1"; shift
    local args=()
    while [ $# -gt 0 ]; do args+=(--command-name "$1" "$2"); shift 2; done
    hyperfine --shell=none --warmup 3 --runs 20 --ignore-failure --export-json "$work/h.json" "${args[@]}" >/dev/null 2>&1
    python3 - "$work/h.json" <<'PY'
import json, sys
rows = json.load(open(sys.argv[1]))["results"]
print(f"{'':44} {'p50 ms':>9} {'min':>9} {'max':>9}")
for r in rows:
    print(f"{r['command']:44} {r['median']*1000:9.1f} {r['min']*1000:9.1f} {r['max']*1000:9.1f}")
PY
}

http() { # name, body: p50 over one kept-alive connection
    python3 - "$url" "$token" "$1" "$2" <<'PY'
import http.client, sys, time, urllib.parse
url, token, name, body = sys.argv[1:]
c = http.client.HTTPConnection(urllib.parse.urlparse(url).netloc)
head = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
took = []
for n in range(60):
    start = time.perf_counter()
    c.request("POST", "/api/orgs/bench/agents/memory/query", body, head)
    answer = c.getresponse(); answer.read()
    assert answer.status == 200, answer.status
    if n >= 10: took.append((time.perf_counter() - start) * 1000)
took.sort()
print(f"{name:44} {took[len(took)//2]:9.1f} {took[0]:9.1f} {took[-1]:9.1f}")
PY
}

word=${LOREKEEP_COMPARE_WORD:-configuration}
regex=${LOREKEEP_COMPARE_REGEX:-'time[a-z]*out'}
table "literal \"$word\", whole process" \
    "lorekeep grep, tip" "$lorekeep --repo $work/memory.git grep $word --path **/*.md" \
    "git grep, tip" "git --git-dir $work/memory.git grep -n $word $tip -- *.md" \
    "rg, checkout of the tip" "rg -n $word -g *.md $work/checkout" \
    "lorekeep grep, old" "$lorekeep --repo $work/memory.git grep $word --path **/*.md --rev $old" \
    "git grep, old" "git --git-dir $work/memory.git grep -n $word $old -- *.md"
table "regex $regex, whole process" \
    "lorekeep grep, tip" "$lorekeep --repo $work/memory.git grep --regex $regex --path **/*.md" \
    "git grep -P, tip" "git --git-dir $work/memory.git grep -nP $regex $tip -- *.md" \
    "rg, checkout of the tip" "rg -n $regex -g *.md $work/checkout"
table "query, whole process" \
    "lorekeep query, tip" "$lorekeep --repo $work/memory.git query $word" \
    "lorekeep query, old" "$lorekeep --repo $work/memory.git query $word --rev $old"
printf '\n## over HTTP, resident server\n%44s %9s %9s %9s\n' '' 'p50 ms' min max
http "query, tip" "{\"query\":{\"text\":\"$word\"},\"limits\":{\"maxRecords\":10}}"
http "query, old" "{\"requestedRef\":\"$old\",\"query\":{\"text\":\"$word\"},\"limits\":{\"maxRecords\":10}}"
http "grep only, tip" "{\"query\":{\"queryMode\":\"grep-only\",\"grep\":{\"pattern\":\"$word\"}}}"
http "grep only, old" "{\"requestedRef\":\"$old\",\"query\":{\"queryMode\":\"grep-only\",\"grep\":{\"pattern\":\"$word\"}}}"
