#!/usr/bin/env bash
# Provides a toxcore that is new enough for the build, in .deps/toxcore, without root.
#
# Debian 12 and 13 ship an older one, so this script builds Debian testing's source package, fetched
# from the mirror that this machine already uses. A private source list and private folders leave
# the system's apt unchanged; apt checks the archive's signature as usual. If this is impossible,
# the script says so and succeeds, because CMake then fetches the pinned release
# (deploy/cmake/Toxcore.cmake).
set -euo pipefail
cd "$(dirname "$0")/.."

minimum=0.2.22
prefix=$PWD/.deps/toxcore

# Looks in the same places as deploy/cmake/Toxcore.cmake.
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

# apt reads this after the system's configuration, so the system's proxies and passwords still
# apply. The hooks that are cleared are the system's own housekeeping.
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
  # A container image has no package lists: read the system's sources into the private folder.
  apt-get -c "$work/lists.conf" -q update >>"$log" 2>&1 || true
  mirror=$(deploy/debian-mirror.sh -c "$work/lists.conf" 2>>"$log") || mirror=
fi
[ -n "$mirror" ] || fall_back "apt has no Debian mirror configured"
echo "deb-src [signed-by=$keyring] $mirror testing main" >"$work/testing.list"

# Unpacks the source with Debian's patch, which adds third_party/cmp; the release archive lacks it.
(
  cd "$work/source" &&
    apt-get -c "$work/testing.conf" -q update &&
    apt-get -c "$work/testing.conf" -q source libtoxcore
) >>"$log" 2>&1 || fall_back "apt could not get the source package (see ${log#"$PWD/"})"

# toxcore's build looks for nsl and rt but does not need them; without them the program has two
# libraries less. The .pc file gets a relative prefix, so that it stays correct after the move below
# and in a moved checkout. shellcheck disable=SC2016
(
  cmake -S "$work"/source/libtoxcore-*/ -B "$work/build" -G Ninja \
    -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$work/prefix" -DCMAKE_INSTALL_LIBDIR=lib \
    -DENABLE_SHARED=OFF -DENABLE_STATIC=ON -DBUILD_TOXAV=OFF -DUNITTEST=OFF \
    -DDHT_BOOTSTRAP=OFF -DBOOTSTRAP_DAEMON=OFF -DNSL_LIBRARIES=OFF -DRT_LIBRARIES=OFF &&
    cmake --build "$work/build" --target install &&
    sed -i 's|^prefix=.*|prefix=${pcfiledir}/../..|' "$work/prefix/lib/pkgconfig/toxcore.pc"
) >>"$log" 2>&1 || fall_back "toxcore did not build (see ${log#"$PWD/"})"

# Puts the result in place by one rename. If another run has finished first, its result is used.
if [ -e "$prefix" ]; then
  mv "$prefix" "$work/old"
fi
mv -T "$work/prefix" "$prefix" 2>>"$log" || have_toxcore || fall_back "$prefix can't be written"
rm -f "$log"
PKG_CONFIG_PATH=$prefix/lib/pkgconfig pkg-config --modversion toxcore |
  sed 's/^/toxcore.sh: .deps\/toxcore has version /'
