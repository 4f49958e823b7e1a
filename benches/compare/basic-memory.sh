#!/usr/bin/env bash
# Measures basic-memory, by its own command line, on notes of a checkout; prints JSON lines. `run.sh` runs it.
#
#   benches/compare/basic-memory.sh FOLDER NOTES
#
# NOTES is `all`, or how many. Without embeddings: they are switched off, as the others have none either. Its home, its
# database and its copy of the notes (which it rewrites) are in FOLDER.
set -euo pipefail
work=$1 notes=$2

python=
for candidate in "${PYTHON:-}" python3.13 python3.12 python3 "$HOME"/.pyenv/versions/3.1[2-9]*/bin/python3; do
    [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null && python=$candidate && break
done
[ -n "$python" ] || { echo '{"note": "basic-memory was left out: it needs Python 3.12 (say which with PYTHON=)"}'; exit 0; }

"$python" -m venv "$work/venv"
"$work/venv/bin/pip" --quiet install uv >&2
# Any certifi will do: its newest release reaches mirrors late, and nothing here speaks to a server.
echo certifi >"$work/overrides"
"$work/venv/bin/uv" pip install --quiet --python "$work/venv/bin/python" --override "$work/overrides" basic-memory >&2

export HOME=$work/home BASIC_MEMORY_SEMANTIC_SEARCH_ENABLED=false BASIC_MEMORY_AUTO_UPDATE=false NO_COLOR=1
mkdir -p "$HOME"
bm=$work/venv/bin/basic-memory
folder=$work/basic
"$python" - "$work/checkout" "$folder" "$notes" <<'PY'
import pathlib, shutil, sys
checkout, folder, count = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
notes = sorted(path for path in checkout.rglob("*.md") if ".git" not in path.parts and path.is_file())
count = len(notes) if count == "all" else min(int(count), len(notes))
for n in range(count):
    path = notes[n * len(notes) // count]
    to = folder / path.relative_to(checkout)
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, to)
part = "all" if count == len(notes) else "ONLY"
print(f'{{"note": "basic-memory: {part} {count} of {len(notes)} notes of the tip, no embeddings, each command a process", "part": {count / len(notes)}}}')
PY

line() { printf '{"measure": "%s", "system": "basic-memory", "unit": "%s", "p50": %s, "n": 1}\n' "$@"; }
/usr/bin/time -f '%e %M' -o "$work/bm.time" "$bm" project add bench "$folder" --local >"$work/bm.log" 2>&1
read -r seconds kib < <(tail -n 1 "$work/bm.time")
line "index the tip" s "$seconds"
line "index the tip, most memory" MiB "$((kib / 1024))"
line "index the tip, size on disk" MiB "$(du -sm "$HOME/.basic-memory" | cut -f 1)"

"$python" - "$work" "$bm" "$folder" <<'PY'
import json, math, os, pathlib, subprocess, sys, time
work, bm, folder = sys.argv[1:]
drawn = json.load(open(f"{work}/drawn.json"))
quick = "LOREKEEP_COMPARE_QUICK" in os.environ

def run(*arguments):
    start = time.perf_counter()
    done = subprocess.run([bm, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    took = (time.perf_counter() - start) * 1000
    if done.returncode: sys.exit(f"{arguments}: {done.stderr[-2000:]}")
    return done.stdout, took

def tell(measure, times):
    times = sorted(times)
    at = lambda share: times[max(1, math.ceil(len(times) * share)) - 1]
    print(json.dumps({"measure": measure, "system": "basic-memory", "unit": "ms", "p50": at(.5), "p99": at(.99), "n": len(times)}))

questions = drawn["questions"][:5 if quick else 20]
tell("ranked query, tip", [run("tool", "search-notes", q, "--project", "bench", "--local", "--plain", "--compact")[1] for q in questions])
tell("ranked query with filter, tip", [run("tool", "search-notes", q, "--project", "bench", "--local", "--plain", "--compact", "--type", "note")[1] for q in questions])
tell("full query, tip", [run("tool", "search-notes", q, "--project", "bench", "--local", "--json")[1] for q in questions])

notes = sorted(pathlib.Path(folder).rglob("*.md"))
times = []
for n in range(2 if quick else 5):
    word = f"landingnumber{n}x"
    for path in notes[n * 5:n * 5 + 5]:
        with open(path, "a") as file: file.write(f"\n\n{word}\n")
    took = run("reindex", "-p", "bench", "--search")[1]
    found, asked = run("tool", "search-notes", word, "--project", "bench", "--local", "--json")
    if json.loads(found)["total"] < 5: sys.exit(f"landing {n} is not visible: {found[:500]}")
    times.append(took + asked)
tell("advance by a landing of 5 files, visible", times)
PY
