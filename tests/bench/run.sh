#!/usr/bin/env bash
# Installs what is missing, builds a release, and measures it beside its comparisons.
#
#   tests/bench/run.sh [--quick] [--only ROW] [--json FILE] [--charts DIR]    --help lists all flags
#
# Simulating paths with delay and loss needs root; without root, those rows are skipped.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)

case " $* " in *" --help "* | *" -h "*) exec python3 "$root/tests/bench/benchmark.py" --help ;; esac

(
  cd "$root"
  deploy/setup.sh --bench
  cmake --preset release -DNGCSHARE_TESTS=ON -DNGCSHARE_BENCH=ON
  cmake --build --preset release --target ngcshare raw_ngc tox_crowd netlab_shaper
) >&2
exec python3 "$root/tests/bench/benchmark.py" --build "$root/build/release" "$@"
