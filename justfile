# One-liners; the work is in `cargo xtask`.

# List what there is.
default:
    @just --list

# Build everything and start the demonstration.
up:
    cargo xtask up

# Everything CI runs.
test *ARGS:
    cargo xtask test {{ARGS}}

# The rules no compiler knows.
tidy:
    cargo xtask tidy

# Write generated files.
gen:
    cargo xtask gen

# Figures of the running program.
bench *ARGS:
    cargo xtask bench {{ARGS}}

# Format everything.
fmt:
    cargo fmt --all
    cd web && npx biome check --write .
