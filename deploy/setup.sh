#!/usr/bin/env bash
# Installs the packages that ngcshare's build needs on Debian 12 or 13, as root or through sudo.
#
#   deploy/setup.sh               the build's packages
#   deploy/setup.sh --demo        and those of deploy/quickstart.sh
#   deploy/setup.sh --tests       and those of tests/run.sh and .ci/run
#   deploy/setup.sh --bench       and those of tests/bench/run.sh
#   deploy/setup.sh --container   and those of tests/container/run.sh
#
# Installs only missing packages: a second run uses no network and takes a moment. Adds no apt
# source to the system.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PATH:/usr/sbin:/sbin  # nginx and dpkg's helpers are there; not in every user's PATH

packages=(g++ cmake ninja-build pkg-config git ca-certificates dpkg-dev libsodium-dev
          libsqlite3-dev libsqlitecpp-dev libspdlog-dev libcxxopts-dev libasio-dev
          nlohmann-json3-dev libreadline-dev libboost-dev prometheus-cpp-dev)
want_nginx=false
want_sshd=false
want_clang=false
for option in "$@"; do
  case $option in
    --demo) packages+=(curl); want_nginx=true ;;
    --tests)
      # llvm has the symbolizer, which gives sanitizer reports their line numbers.
      packages+=(libgtest-dev libgmock-dev libbenchmark-dev clang clang-format llvm mold python3 curl
                 iperf3 iproute2 nftables procps chromium chromium-driver)
      packages+=(man-db mandoc zsh fish systemd python3-yaml python3-seccomp lintian)  # for tests/package
      want_nginx=true
      want_clang=true ;;
    --bench)
      packages+=(libgtest-dev python3 iproute2 iputils-ping iperf3 openssh-client procps)
      want_sshd=true ;;
    --container) packages+=(buildah debootstrap procps) ;;
    *)
      echo "setup.sh: unknown option $option (there are --demo, --tests, --bench, --container)" >&2
      exit 2 ;;
  esac
done

command -v apt-get >/dev/null || {
  echo "setup.sh: no apt-get here. Install the equivalents of: ${packages[*]}" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# A package with a service starts it unless policy-rc.d forbids that. Installs a policy-rc.d that
# forbids it while this script runs. An existing one, as in container images, is left unchanged.
policy=/usr/sbin/policy-rc.d
forbid_service_starts() {
  [ ! -e "$policy" ] || return 0
  trap 'as_root rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
}

apt_is_fresh=false
install_missing() {
  local missing=() package
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  echo "setup.sh: installing ${missing[*]}"
  # Waits for another apt, such as a new machine's first upgrade. Never removes a package.
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
  if ! $apt_is_fresh; then
    as_root "${apt[@]}" update
    apt_is_fresh=true
  fi
  as_root "${apt[@]}" install -y --no-install-recommends --no-remove "${missing[@]}"
}

# Installs a server of which only the program is needed: its service is started neither now nor at
# the next boot. REQUIRES: the program is not installed yet; otherwise the service is the machine's
# own.
install_without_service() {
  local package=$1 service=$2
  forbid_service_starts
  install_missing "$package"
  if command -v systemctl >/dev/null; then
    as_root systemctl disable --quiet "$service"
  else
    as_root update-rc.d "$service" disable
  fi
}

install_missing "${packages[@]}"

if $want_nginx && ! command -v nginx >/dev/null; then
  install_without_service nginx-light nginx
fi
if $want_sshd && ! command -v sshd >/dev/null; then
  install_without_service openssh-server ssh
fi

if $want_clang; then
  # The libraries of the sanitizers and libFuzzer, in the version of Debian's clang.
  version=$(clang -dumpversion)
  install_missing "libclang-rt-${version%%.*}-dev"
fi

deploy/toxcore.sh
