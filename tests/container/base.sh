#!/usr/bin/env bash
# Makes an image like Debian's own debian:trixie-slim from this machine's mirror, under that image's
# name, so that the Dockerfile can be built unchanged without access to a registry. Needs root.
#
#   base.sh FOLDER BUILDAH...    FOLDER: for scratch files; BUILDAH: the command for buildah
set -euo pipefail
scripts=$(cd "$(dirname "$0")" && pwd)
scratch=$1
shift
buildah=("$@")
name=docker.io/library/debian:trixie-slim

if "${buildah[@]}" inspect --type image "$name" >/dev/null 2>&1; then
  exit 0
fi
mirror=$("$scripts/../../deploy/debian-mirror.sh")
[ -n "$mirror" ] || { echo "base.sh: apt has no Debian mirror configured" >&2; exit 1; }

echo "base.sh: making a base image with debootstrap"
root=$scratch/base
rm -rf "$root"
mkdir -p "$scratch"
debootstrap --variant=minbase trixie "$root" "$mirror" >"$scratch/debootstrap.log" 2>&1 || {
  tail -n 20 "$scratch/debootstrap.log" >&2
  exit 1
}

# Copies the apt settings by which this machine reaches its mirror (a proxy, tolerance for a wrong
# clock) into the image.
apt-config dump | grep -E '^Acquire::(Check-|Retries|https?::)' \
  >"$root/etc/apt/apt.conf.d/50machine" || true
# Removes what slim images leave out, and keeps later packages from adding it again.
left_out=(/usr/share/doc /usr/share/man /usr/share/info /usr/share/locale /usr/share/lintian)
for path in "${left_out[@]}"; do
  rm -rf "${root:?}${path:?}"/*
  echo "path-exclude $path/*"
done >"$root/etc/dpkg/dpkg.cfg.d/docker"
rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb

container=$("${buildah[@]}" from scratch)
mounted=$("${buildah[@]}" mount "$container")
cp -a "$root/." "$mounted"
"${buildah[@]}" config --cmd bash --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  "$container"
"${buildah[@]}" umount "$container" >/dev/null
"${buildah[@]}" commit --quiet --rm "$container" "$name" >/dev/null
rm -rf "$root"
