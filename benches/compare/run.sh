#!/usr/bin/env bash
# Prints one table: our index, grep and query beside `git grep`, ripgrep, a fresh tantivy and basic-memory, on the same
# notes and questions, from one run.
#
#   benches/compare/run.sh [--quick] [--basic-memory N] REPOSITORY
#
# REPOSITORY is a git directory or a bundle. --quick: fewer commits and runs, and basic-memory on 100 notes only.
# --basic-memory N: on N notes of the tip, spread evenly; 0 leaves it out; without it on all of them, which takes about an
# hour for 10,000 notes. Needs Rust, git and python3; installs ripgrep, GNU time and what makes a venv from Debian, and
# basic-memory from PyPI (Python 3.12 or later), where they are missing. Leaves nothing else behind; ends with 1 where our
# lines are not as many as git's.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

usage() { sed -n '2,12p' "$0" >&2; exit 2; }
basic=all
while [ $# -gt 1 ]; do
    case $1 in
    --quick) export LOREKEEP_COMPARE_QUICK=1; [ "$basic" != all ] || basic=100; shift ;;
    --basic-memory) basic=$2; shift 2 ;;
    *) usage ;;
    esac
done
[ $# -eq 1 ] && [ -e "$1" ] || usage
source=$(realpath "$1")
cd "$here/../.."

missing=()
command -v rg >/dev/null || missing+=(ripgrep)
[ -x /usr/bin/time ] || missing+=(time)
python3 -c 'import ensurepip' 2>/dev/null || missing+=(python3-venv)
[ ${#missing[@]} -eq 0 ] || { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; }

work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
say() { echo "$(date +%T) $*" >&2; }

say "building"
# One build of both: a `cargo build` beside it would compile everything again, with other features.
cargo bench --quiet --bench compare --no-run --message-format=json >"$work/built"
built() { python3 -c 'import json,sys; print([m["executable"] for m in map(json.loads, open(sys.argv[2])) if m.get("executable") and m["target"]["name"] == sys.argv[1]][-1])' "$1" "$work/built"; }
bench=$(built compare)
lorekeep=$(built lorekeep)

say "the repositories"
git clone --quiet --bare "$source" "$work/memory.git" 2>/dev/null
# A bundle may not say which branch is its default one.
git -C "$work/memory.git" rev-parse --quiet --verify HEAD >/dev/null || git -C "$work/memory.git" symbolic-ref HEAD refs/heads/main
tip=$(git -C "$work/memory.git" rev-parse HEAD)
git -C "$work/memory.git" symbolic-ref HEAD refs/heads/main
git -C "$work/memory.git" update-ref HEAD "$tip"
git clone --quiet "$work/memory.git" "$work/checkout"
git clone --quiet --bare "$work/memory.git" "$work/landings.git"
# The tip alone: the same tree, no history.
git clone --quiet --bare "$work/memory.git" "$work/tip.git"
alone=$(git -C "$work/tip.git" -c user.name=bench -c user.email=bench@example.invalid commit-tree -m tip "$tip^{tree}")
git -C "$work/tip.git" update-ref HEAD "$alone"
du -sm "$work/memory.git" | sed 's/\t.*/ MiB in git/' >&2

part() { say "$1"; "$bench" "$1" "$work" >>"$work/lines"; }
part draw
part index-tip
part index-line
/usr/bin/time -f '%e %M' -o "$work/time" "$lorekeep" --repo "$work/landings.git" index >/dev/null 2>&1
read -r seconds kib <"$work/time"
printf '{"measure": "index the whole line", "system": "lorekeep, CLI", "unit": "s", "p50": %s, "n": 1}\n' "$seconds" >>"$work/lines"
printf '{"measure": "index the whole line, most memory", "system": "lorekeep, CLI", "unit": "MiB", "p50": %s, "n": 1}\n' "$((kib / 1024))" >>"$work/lines"
part tantivy
part ask
part processes
part landings
part advance

say "a resident server"
data=$work/data
"$lorekeep" org create bench --data-dir "$data" >/dev/null 2>&1
"$lorekeep" repo create bench memory --adopt "$work/memory.git" --data-dir "$data" >/dev/null 2>&1
token=$("$lorekeep" token create --org bench --name bench --role reader --data-dir "$data" 2>/dev/null)
"$lorekeep" serve --data-dir "$data" --listen 127.0.0.1:0 >"$work/listening" 2>"$work/log" &
server=$!
for _ in $(seq 600); do grep -q listening "$work/listening" && break; read -rt 0.1 <> <(:) || true; done
printf '%s\n%s\n%s\n' "$(sed 's/listening on //' "$work/listening")" "$token" "$server" >"$work/server"
part http
kill "$server"; wait "$server" 2>/dev/null || true; server=

[ "$basic" = 0 ] || { say "basic-memory"; "$here/basic-memory.sh" "$work" "$basic" >>"$work/lines" || echo '{"note": "basic-memory could not be run here"}' >>"$work/lines"; }
python3 "$here/report.py" "$work/lines" "$(basename "$source")" "$(git -C "$work/memory.git" rev-list --first-parent --count HEAD)" "$(find "$work/checkout" -name '*.md' -type f | wc -l)"
