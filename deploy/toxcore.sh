#!/usr/bin/env bash
# Provides a toxcore that is new enough and safe for the build, without root.
#
#   deploy/toxcore.sh                   in .deps/toxcore, if there is none
#   deploy/toxcore.sh --debian FOLDER   builds Debian's in FOLDER, or fails; for tests
#
# Debian 12 and 13 ship an older one, and 0.2.22 has a fault with which a stranger's packet may take
# over the program (GHSA-42vg-9mg3-399f). So this script builds, from what it can get first:
#
#   1. the release whose commit deploy/toxcore/release names, fetched by git, which checks the hash;
#   2. Debian testing's source package from the mirror that this machine already uses. A private
#      source list and private folders leave the system's apt unchanged; apt checks the archive's
#      signature as usual.
#
# Either gets the changes that deploy/toxcore/patches lists, with the reason of each. A copy built with
# other changes than today's is built anew.
#
# If neither is possible, the script says so and succeeds, because CMake then fetches the release
# (deploy/cmake/Toxcore.cmake). It never installs a copy that has the fault.
set -euo pipefail
cd "$(dirname "$0")/.."

safe=0.2.23
debian_version=  # of the source that get_debian has got
recipe=$(cat deploy/toxcore/* | sha256sum | cut -d ' ' -f 1)
prefix=$PWD/.deps/toxcore
only_debian=false
case $# in
  0) ;;
  2)
    [ "$1" = --debian ] || { echo "toxcore.sh: there is only --debian FOLDER" >&2; exit 2; }
    only_debian=true
    prefix=$(realpath -m "$2") ;;
  *) echo "usage: deploy/toxcore.sh [--debian FOLDER]" >&2; exit 2 ;;
esac

# Calls a function for each line of deploy/toxcore/patches, with the name, the mark, the version that no
# longer needs it and the effect of a lack, until one fails.
for_each_patch() {
  local name mark until lack
  while read -r name mark until lack; do
    case $name in '#'* | '') continue ;; esac
    "$1" "$name" "$mark" "$until" "$lack" || return 1
  done <deploy/toxcore/patches
}

# Returns whether the toxcore installed in a folder is new enough, or mended.
is_safe_copy() {
  PKG_CONFIG_PATH=$1/lib/pkgconfig pkg-config --atleast-version="$safe" toxcore 2>/dev/null ||
    has_mark "$1" ngcshare_toxcore_mends
}

# Returns whether the toxcore installed in a folder has the symbol of a patch.
has_mark() {
  grep -aqs "$2" "$1/lib/libtoxcore.a"
}

# Looks in the same places as deploy/cmake/Toxcore.cmake.
have_toxcore() {
  if [ -e "$prefix/lib/libtoxcore.a" ]; then
    is_safe_copy "$prefix" && [ "$(cat "$prefix/recipe" 2>/dev/null)" = "$recipe" ]
  else
    ! $only_debian && pkg-config --atleast-version="$safe" toxcore 2>/dev/null
  fi
}

# Fails or, without --debian, leaves the rest to CMake. A safe copy that is there already is kept.
fall_back() {
  if ! $only_debian && is_safe_copy "$prefix"; then
    echo "toxcore.sh: $1; the copy in ${prefix#"$PWD/"} is kept, although it was built with other patches"
    exit 0
  fi
  if $only_debian; then
    echo "toxcore.sh: $1" >&2
    exit 1
  fi
  echo "toxcore.sh: $1; CMake will fetch the pinned release instead"
  exit 0
}

if have_toxcore; then
  exit 0
fi

mkdir -p .deps "${prefix%/*}"
work=$(mktemp -d "${prefix%/*}/toxcore.XXXXXX")  # beside the destination, so that a rename moves it
trap 'rm -rf "$work"' EXIT
log=$PWD/.deps/toxcore.log
: >"$log"

# Puts the release's source into $work/release. The time limits are for networks that drop packets.
get_release() {
  local git=(env GIT_TERMINAL_PROMPT=0 timeout 60 git -C "$work/release")
  git init -q "$work/release" &&
    "${git[@]}" fetch -q --depth 1 https://github.com/TokTok/c-toxcore.git \
      "$(<deploy/toxcore/release)" &&
    "${git[@]}" checkout -q FETCH_HEAD &&
    "${git[@]}" submodule -q update --init --depth 1 third_party/cmp
}

# Puts Debian testing's source into $work/debian, mended if it needs to be.
get_debian() {
  command -v apt-get >/dev/null || fall_back "this is not Debian"
  local keyring="" file
  for file in /usr/share/keyrings/debian-archive-keyring.{pgp,gpg}; do
    if [ -r "$file" ]; then
      keyring=$file
      break
    fi
  done
  [ -n "$keyring" ] || fall_back "Debian's archive keyring is not installed"
  mkdir -p "$work"/{lists,cache/archives}/partial "$work/unpacked"

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

  local mirror
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
    cd "$work/unpacked" &&
      apt-get -c "$work/testing.conf" -q update &&
      apt-get -c "$work/testing.conf" -q source libtoxcore
  ) >>"$log" 2>&1 || fall_back "apt could not get the source package (see ${log#"$PWD/"})"
  mv "$work"/unpacked/libtoxcore-*/ "$work/debian"
  debian_version=$(dpkg-parsechangelog -l "$work/debian/debian/changelog" -S Version)
  for_each_patch apply_to_debian
}

# Changes Debian's source by a patch that it needs, or falls back.
apply_to_debian() {
  ! is_needed "$3" || apply "$1" "$work/debian" ||
    fall_back "$1.patch does not fit Debian's toxcore $debian_version (see ${log#"$PWD/"})"
}

# Returns whether Debian's version needs a patch that is in a release from the given version on.
is_needed() {
  [ "$1" = - ] || dpkg --compare-versions "$debian_version" lt "$1"
}

# Changes the release's source by a patch that no release has, or tells what follows.
apply_to_release() {
  [ "$3" != - ] || apply "$1" "$work/release" ||
    echo "toxcore.sh: $1.patch does not fit the release: $4" >&2
}

# Falls back if a copy from Debian's source lacks the symbol of a patch.
check_debian_mark() {
  ! is_needed "$3" || has_mark "$work/prefix" "$2" ||
    fall_back "the toxcore that was built lacks $1.patch"
}

# Changes the source in a folder by a file of deploy/toxcore, wholly or not at all.
apply() {
  local change=(patch -d "$2" -p1 --no-backup-if-mismatch -F 0 --forward)
  "${change[@]}" --dry-run <"deploy/toxcore/$1.patch" >>"$log" 2>&1 &&
    "${change[@]}" <"deploy/toxcore/$1.patch" >>"$log" 2>&1
}

if ! $only_debian && get_release >>"$log" 2>&1; then
  source=$work/release
  echo "toxcore.sh: building the pinned release of toxcore"
  for_each_patch apply_to_release
else
  echo "toxcore.sh: building Debian testing's toxcore"
  get_debian
  source=$work/debian
fi

# toxcore's build looks for nsl and rt but does not need them; without them the program has two
# libraries less. The .pc file gets a relative prefix, so that it stays correct after the move below
# and in a moved checkout. tests/toxcore compiles the sources installed besides anew, with a
# sanitizer.
# shellcheck disable=SC2016
(
  cmake -S "$source" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_C_FLAGS="-fstack-protector-strong -D_FORTIFY_SOURCE=2" \
    -DCMAKE_INSTALL_PREFIX="$work/prefix" -DCMAKE_INSTALL_LIBDIR=lib \
    -DENABLE_SHARED=OFF -DENABLE_STATIC=ON -DBUILD_TOXAV=OFF -DUNITTEST=OFF \
    -DDHT_BOOTSTRAP=OFF -DBOOTSTRAP_DAEMON=OFF -DNSL_LIBRARIES=OFF -DRT_LIBRARIES=OFF &&
    cmake --build "$work/build" --target install &&
    sed -i 's|^prefix=.*|prefix=${pcfiledir}/../..|' "$work/prefix/lib/pkgconfig/toxcore.pc" &&
    mkdir -p "$work/prefix/source/toxcore" &&
    cp "$source"/toxcore/{*.h,onion_announce.c} "$work/prefix/source/toxcore"
) >>"$log" 2>&1 || fall_back "toxcore did not build (see ${log#"$PWD/"})"
is_safe_copy "$work/prefix" || fall_back "the toxcore that was built is not mended"
[ "$source" != "$work/debian" ] || for_each_patch check_debian_mark
echo "$recipe" >"$work/prefix/recipe"

# Puts the result in place by one rename. If another run has finished first, its result is used.
if [ -e "$prefix" ]; then
  mv "$prefix" "$work/old"
fi
mv -T "$work/prefix" "$prefix" 2>>"$log" || have_toxcore || fall_back "$prefix can't be written"
rm -f "$log"
changes=
note_mark() {
  ! has_mark "$prefix" "$2" || changes+=" $1"
}
for_each_patch note_mark
version=$(PKG_CONFIG_PATH=$prefix/lib/pkgconfig pkg-config --modversion toxcore)
echo "toxcore.sh: ${prefix#"$PWD/"} has version $version, changed by:$changes"
