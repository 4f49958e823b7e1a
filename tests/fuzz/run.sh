#!/bin/sh
# Runs the fuzz targets, guided by coverage: run.sh MINUTES [TARGET...]. It stops at the first input that breaks one,
# and leaves it in target/fuzz/found/TARGET.
set -eu
minutes=${1:?how many minutes each}
shift
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
[ $# -gt 0 ] || set -- front_matter graph_yaml ontology markdown_links findings runs

# What libFuzzer asks of a build; all of it is taken by a stable compiler.
flags="--cfg fuzzing -Ccodegen-units=1 -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares"
host=$(rustc -vV | sed -n 's/^host: //p')
# With --target the flags are not those of build scripts.
RUSTFLAGS="$flags" cargo build --quiet --profile fuzz --target "$host" --bins

for target in "$@"; do
    work="$root/target/fuzz/corpus/$target"
    found="$root/target/fuzz/found/$target"
    mkdir -p "$work" "$found"
    case $target in
        graph_yaml) seeds="$root/fixtures/mistakes/graph $root/fixtures/note $root/fixtures/check" ;;
        ontology) seeds="$root/tests/fuzz/seeds/ontology $root/fixtures/check" ;;
        runs) seeds="$root/fixtures/runs/claude $root/fixtures/runs/codex $root/fixtures/runs/flat" ;;
        *) seeds="$root/fixtures/mistakes/pages $root/fixtures/note $root/fixtures/check" ;;
    esac
    echo "$target: $minutes minutes"
    # shellcheck disable=SC2086
    "$root/target/fuzz/$host/fuzz/$target" -max_total_time=$((minutes * 60)) -timeout=10 -rss_limit_mb=1024 \
        -max_len=8192 -print_final_stats=1 -verbosity=0 -artifact_prefix="$found/" "$work" $seeds
done
