#!/usr/bin/env python3
"""Turns the JSON lines of a comparison into one Markdown table. `run.sh` runs it."""

import json
import sys

SYSTEMS = [
    "lorekeep, in process", "lorekeep, CLI", "lorekeep, HTTP",
    "git grep", "rg", "tantivy, tip only", "basic-memory",
]
MEASURES = [
    "literal grep, tip", "literal grep, old", "regex grep, tip", "regex grep, old",
    "ranked query, tip", "ranked query, old", "ranked query with filter, tip", "ranked query with filter, old",
    "full query, tip", "full query, old", "open and ask once, tip", "open and ask once, old",
    "advance by a landing of 5 files, visible",
    "index the tip", "index the whole line",
    "index the tip, size on disk", "index the whole line, size on disk",
    "index the tip, most memory", "index the whole line, most memory",
    "resident while serving", "resident while serving, most",
]


def shown(value, unit):
    if unit != "ms":
        return f"{value:.1f} {unit}" if value < 100 else f"{value:.0f} {unit}"
    return f"{value:.3f}" if value < 10 else f"{value:.1f}" if value < 1000 else f"{value:.0f}"


def cell(line):
    if line is None:
        return ""
    text = shown(line["p50"], line["unit"])
    return f"{text} / {shown(line['p99'], line['unit'])}" if "p99" in line else text


def times(ratio):
    return f"{ratio:.0f}x" if ratio >= 10 else f"{ratio:.2g}x"


def ratios(cells, name, part):
    """How many times ours each other system is, and what an old commit costs against the tip."""
    mine, found = cells.get((name, SYSTEMS[0])), []
    for system in SYSTEMS[3:]:
        other = cells.get((name, system))
        if not (mine and other):
            continue
        if system == "basic-memory":
            # Its command line against ours; a part of the notes is compared with nothing.
            if part == 1:
                against = cells.get((name, SYSTEMS[1]), mine)
                found.append(f"{times(other['p50'] / against['p50'])} {system}")
        else:
            found.append(f"{times(other['p50'] / mine['p50'])} {system}")
    tip = cells.get((name.replace(", old", ", tip"), SYSTEMS[0]))
    if name.endswith(", old") and mine and tip:
        found.append(f"ours old {mine['p50'] / tip['p50']:.2f}x ours at the tip")
    return "; ".join(found)


def main(path, name, landings, notes):
    lines = [json.loads(line) for line in open(path)]
    cells = {(line["measure"], line["system"]): line for line in lines if "measure" in line}
    part = next((line["part"] for line in lines if "part" in line), 1)
    heads = [f"{system} ({part:.0%} of the notes)" if system == "basic-memory" and part < 1 else system for system in SYSTEMS]
    print(f"\n{name}: {landings} landings, {notes} notes at the tip. Times in ms, median / 99th percentile, unless said otherwise.\n")
    print("| | " + " | ".join(heads) + " | others against ours (medians) |")
    print("| --- |" + " ---: |" * len(SYSTEMS) + " --- |")
    for measure in MEASURES:
        row = [cell(cells.get((measure, system))) for system in SYSTEMS]
        if any(row):
            print(f"| {measure} | " + " | ".join(row) + f" | {ratios(cells, measure, part)} |")
    print()
    for line in lines:
        if "note" in line:
            print(f"- {line['note']}")
    failures = [line["failure"] for line in lines if "failure" in line]
    for failure in failures:
        print(f"\n**FAILED: other lines than git grep.** {failure}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
