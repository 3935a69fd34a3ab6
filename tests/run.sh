#!/usr/bin/env bash
# Installs what is missing, builds a release and runs every test.
#
#   tests/run.sh             all tests
#   tests/run.sh -k REGEX    tests whose name matches (ctest -R)
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
# Switches tests and benchmarks on explicitly, because deploy/quickstart.sh may have configured this
# folder without them. In CI, warnings are errors.
cmake --preset release -DNGCSHARE_TESTS=ON -DNGCSHARE_BENCH=ON \
  -DNGCSHARE_WERROR="$([ -n "${CI:-}" ] && echo ON || echo OFF)"
cmake --build --preset release
# Runs ctest last, so that its summary ends the output. Finding no test is a failure.
exec ctest --preset release --no-tests=error --parallel "$(nproc)" "${select[@]}"
