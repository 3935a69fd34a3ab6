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

# Runs one part and notes how long it took.
times=()
part() {
  local name=$1 began=$SECONDS status=0
  shift
  "$@" || status=$?
  times+=("$name: $((SECONDS - began)) s")
  return "$status"
}
show_times() {
  local line
  for line in "${times[@]}"; do echo "run.sh: $line"; done
}
trap show_times EXIT

# Switches tests and benchmarks on explicitly, because deploy/quickstart.sh may have configured this
# folder without them. In CI, warnings are errors.
configure() {
  cmake --preset release -DNGCSHARE_TESTS=ON -DNGCSHARE_BENCH=ON \
    -DNGCSHARE_WERROR="$([ -n "${CI:-}" ] && echo ON || echo OFF)"
}

# Two tests for each processor at once, because the end-to-end tests mostly wait. Finding no test is
# a failure.
run_tests() {
  ctest --preset release --no-tests=error --parallel "$((2 * $(nproc)))" "${select[@]}"
}

part "setting up" deploy/setup.sh --tests
part "configuring" configure
part "building the program" cmake --build --preset release --target ngcshare
part "building the tests" cmake --build --preset release
part "running the tests" run_tests
