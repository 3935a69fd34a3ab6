#!/usr/bin/env bash
# Makes a toxcore that is new enough available to the build, in .deps/toxcore, without root.
#
# Debian 12 and 13 ship an older one, so this builds Debian testing's source package, fetched from
# the mirror that this machine already uses. A private source list and private folders leave the
# system's apt as it is; apt checks the archive's signature as always. Where that can't be done this
# says so and succeeds: CMake then fetches the pinned release (deploy/cmake/Toxcore.cmake).
set -euo pipefail
cd "$(dirname "$0")/.."

minimum=0.2.22
prefix=$PWD/.deps/toxcore

# The same places in which deploy/cmake/Toxcore.cmake looks.
have_toxcore() {
  PKG_CONFIG_PATH=$prefix/lib/pkgconfig:${PKG_CONFIG_PATH:-} \
    pkg-config --atleast-version="$minimum" toxcore 2>/dev/null ||
    pkg-config --atleast-version="$minimum" toxcore 2>/dev/null
}

fall_back() {
  echo "toxcore.sh: $1; CMake will fetch the pinned release instead"
  exit 0
}

if have_toxcore; then
  exit 0
fi
command -v apt-get >/dev/null || fall_back "this is not Debian"

keyring=
for file in /usr/share/keyrings/debian-archive-keyring.{pgp,gpg}; do
  if [ -r "$file" ]; then
    keyring=$file
    break
  fi
done
[ -n "$keyring" ] || fall_back "Debian's archive keyring is not installed"

mkdir -p .deps
work=$(mktemp -d "$PWD/.deps/toxcore.XXXXXX")  # beside the destination, so that a rename moves it
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists,cache/archives}/partial "$work/source"
log=$PWD/.deps/toxcore.log

# Given to apt after the system's configuration, whose proxies and passwords thus still count. The
# hooks cleared here are the system's own housekeeping.
cat >"$work/lists.conf" <<CONF
Dir::State::Lists "$work/lists";
Dir::Cache "$work/cache";
Acquire::Languages "none";
APT::Sandbox::User "root";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
CONF
cat "$work/lists.conf" - >"$work/testing.conf" <<CONF
Dir::Etc::SourceList "$work/testing.list";
Dir::Etc::SourceParts "/dev/null";
CONF

echo "toxcore.sh: building Debian testing's toxcore"
: >"$log"
mirror=$(deploy/debian-mirror.sh 2>>"$log") || mirror=
if [ -z "$mirror" ]; then
  # A container image has no package lists. The system's sources, read into the private folder.
  apt-get -c "$work/lists.conf" -q update >>"$log" 2>&1 || true
  mirror=$(deploy/debian-mirror.sh -c "$work/lists.conf" 2>>"$log") || mirror=
fi
[ -n "$mirror" ] || fall_back "apt has no Debian mirror configured"
echo "deb-src [signed-by=$keyring] $mirror testing main" >"$work/testing.list"

# Unpacked with Debian's patch, which brings third_party/cmp: the release archive lacks it.
(
  cd "$work/source" &&
    apt-get -c "$work/testing.conf" -q update &&
    apt-get -c "$work/testing.conf" -q source libtoxcore
) >>"$log" 2>&1 || fall_back "apt could not get the source package (see ${log#"$PWD/"})"

# nsl and rt are looked for but not needed: without them a program has two libraries less to carry.
# The .pc file is made to find itself, so that it is right after the move and in a moved checkout.
# shellcheck disable=SC2016
(
  cmake -S "$work"/source/libtoxcore-*/ -B "$work/build" -G Ninja \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$work/prefix" -DCMAKE_INSTALL_LIBDIR=lib \
    -DENABLE_SHARED=OFF -DENABLE_STATIC=ON -DBUILD_TOXAV=OFF -DUNITTEST=OFF \
    -DDHT_BOOTSTRAP=OFF -DBOOTSTRAP_DAEMON=OFF -DNSL_LIBRARIES=OFF -DRT_LIBRARIES=OFF &&
    cmake --build "$work/build" --target install &&
    sed -i 's|^prefix=.*|prefix=${pcfiledir}/../..|' "$work/prefix/lib/pkgconfig/toxcore.pc"
) >>"$log" 2>&1 || fall_back "toxcore did not build (see ${log#"$PWD/"})"

# One rename puts it in place. Losing to another run that finished first is as good as winning.
if [ -e "$prefix" ]; then
  mv "$prefix" "$work/old"
fi
mv -T "$work/prefix" "$prefix" 2>>"$log" || have_toxcore || fall_back "$prefix can't be written"
rm -f "$log"
PKG_CONFIG_PATH=$prefix/lib/pkgconfig pkg-config --modversion toxcore |
  sed 's/^/toxcore.sh: .deps\/toxcore has version /'
