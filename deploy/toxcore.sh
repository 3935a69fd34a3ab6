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
#   2. Debian testing's source package from the mirror that this machine already uses, with
#      deploy/toxcore/announce-answer.patch if it is older than 0.2.23. A private source list and
#      private folders leave the system's apt unchanged; apt checks the archive's signature as usual.
#
# Either gets deploy/toxcore/group-search.patch, without which a group is hard to find once its
# members have been there for a while, group-invitation.patch, without which gateways let in nobody by
# an invitation link, and group-sync.patch, without which a member of a group can use up the memory
# of others. A copy built with other patches than today's is built anew.
#
# If neither is possible, the script says so and succeeds, because CMake then fetches the release
# (deploy/cmake/Toxcore.cmake). It never installs a copy that has the fault.
set -euo pipefail
cd "$(dirname "$0")/.."

safe=0.2.23
mark=ngcshare_toxcore_mends  # the symbol that the patch adds
search_mark=ngcshare_toxcore_group_search  # the symbol that group-search.patch adds
sync_mark=ngcshare_toxcore_group_sync  # the symbol that group-sync.patch adds
invitation_mark=ngcshare_toxcore_group_invitation  # the symbol that group-invitation.patch adds
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

# Returns whether the toxcore installed in a folder is new enough, or mended.
is_safe_copy() {
  PKG_CONFIG_PATH=$1/lib/pkgconfig pkg-config --atleast-version="$safe" toxcore 2>/dev/null ||
    grep -aqs "$mark" "$1/lib/libtoxcore.a"
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
  local version
  version=$(dpkg-parsechangelog -l "$work/debian/debian/changelog" -S Version)
  dpkg --compare-versions "$version" ge "$safe" || apply announce-answer "$work/debian" ||
    fall_back "the mend does not fit Debian's toxcore $version (see ${log#"$PWD/"})"
  apply group-search "$work/debian" ||
    fall_back "the short search for groups does not fit Debian's toxcore $version (see ${log#"$PWD/"})"
  apply group-invitation "$work/debian" ||
    fall_back "the mend of invitations does not fit Debian's toxcore $version (see ${log#"$PWD/"})"
  apply group-sync "$work/debian" ||
    fall_back "the bound of peers does not fit Debian's toxcore $version (see ${log#"$PWD/"})"
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
  apply group-search "$source" ||
    echo "toxcore.sh: the short search for groups does not fit it: old groups are found slowly" >&2
  apply group-invitation "$source" ||
    echo "toxcore.sh: the mend of invitations does not fit it: gateways make no friends of guests" >&2
  apply group-sync "$source" ||
    echo "toxcore.sh: the bound of peers does not fit it: a group's member can use up memory" >&2
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
[ "$source" != "$work/debian" ] || grep -aqs "$search_mark" "$work/prefix/lib/libtoxcore.a" ||
  fall_back "the toxcore that was built lacks the short search for groups"
[ "$source" != "$work/debian" ] || grep -aqs "$invitation_mark" "$work/prefix/lib/libtoxcore.a" ||
  fall_back "the toxcore that was built lacks the mend of invitations"
[ "$source" != "$work/debian" ] || grep -aqs "$sync_mark" "$work/prefix/lib/libtoxcore.a" ||
  fall_back "the toxcore that was built lacks the bound of peers"
echo "$recipe" >"$work/prefix/recipe"

# Puts the result in place by one rename. If another run has finished first, its result is used.
if [ -e "$prefix" ]; then
  mv "$prefix" "$work/old"
fi
mv -T "$work/prefix" "$prefix" 2>>"$log" || have_toxcore || fall_back "$prefix can't be written"
rm -f "$log"
version=$(PKG_CONFIG_PATH=$prefix/lib/pkgconfig pkg-config --modversion toxcore)
grep -aq "$mark" "$prefix/lib/libtoxcore.a" && version+=", mended"
grep -aq "$search_mark" "$prefix/lib/libtoxcore.a" && version+=", with the short search for groups"
grep -aq "$invitation_mark" "$prefix/lib/libtoxcore.a" && version+=", with the mend of invitations"
grep -aq "$sync_mark" "$prefix/lib/libtoxcore.a" && version+=", with the bound of peers"
echo "toxcore.sh: ${prefix#"$PWD/"} has version $version"
