#!/usr/bin/env bash
# Installs what is missing, builds a release and runs every test.
#
#   tests/run.sh             all of them
#   tests/run.sh -k REGEX    those whose name matches (ctest -R)
set -euo pipefail
cd "$(dirname "$0")/.."

select=()
while getopts k: option; do
  case $option in
    k) select=(-R "$OPTARG") ;;
    *) echo "usage: tests/run.sh [-k REGEX]" >&2; exit 2 ;;
  esac
done

deploy/setup.sh --tests
# Said explicitly: the demonstration may have configured this folder without them. In CI a warning
# is an error.
cmake --preset release -DNGCSHARE_TESTS=ON -DNGCSHARE_BENCH=ON \
  -DNGCSHARE_WERROR="$([ -n "${CI:-}" ] && echo ON || echo OFF)"
cmake --build --preset release
# Last, so that ctest's summary is what one reads at the end. No test at all is a failure.
exec ctest --preset release --no-tests=error --parallel "$(nproc)" "${select[@]}"
