# What people of this project run. `just --list` shows it.

# Runs every test.
test:
    cargo test

# Runs what a change must pass before it lands.
ci:
    .ci/run

# Starts a seeded server in a temporary folder.
demo:
    cargo run --release -- demo

# Formats, and mends what clippy can mend.
fix:
    cargo fmt
    cargo clippy --fix --allow-dirty --all-targets

# Prints the benches.
bench:
    cargo bench

# Prints our query and grep beside `git grep` and `rg`, on a clone given as a git directory or bundle.
compare REPOSITORY:
    benches/compare/run.sh {{REPOSITORY}}

# Checks licences and advisories (needs cargo-deny).
deny:
    cargo deny check

# Fuzzes what strangers send, each target for so many minutes (needs a C++ compiler).
fuzz MINUTES *TARGETS:
    tests/fuzz/run.sh {{MINUTES}} {{TARGETS}}
