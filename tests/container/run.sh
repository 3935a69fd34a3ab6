#!/usr/bin/env bash
# Builds the Dockerfile unchanged, without a container engine and without a registry, and tests the
# image. Needs root on Debian. debootstrap makes the base image from this machine's own mirror.
#
#   tests/container/run.sh          reuses unchanged layers of the last build
#   tests/container/run.sh --anew   builds everything again
set -euo pipefail
cd "$(dirname "$0")/../.."

scratch=$PWD/build/container
image=localhost/ngcshare-test
# vfs is the only driver that works everywhere, and makes each layer a full copy.
limit_megabytes=16000
buildah=(buildah --storage-driver vfs --root "$scratch/storage" --runroot "$scratch/run")

[ "$(id -u)" -eq 0 ] || { echo "run.sh: this needs root" >&2; exit 1; }
case "$*" in
  "") ;;
  --anew) rm -rf "$scratch" ;;
  *) echo "usage: tests/container/run.sh [--anew]" >&2; exit 2 ;;
esac
deploy/setup.sh --container

mkdir -p "$scratch"
if [ "$(du -sm "$scratch" | cut -f1)" -gt "$limit_megabytes" ]; then
  echo "run.sh: what earlier builds left takes too much room; beginning anew"
  rm -rf "${scratch:?}"/*
fi
tests/container/base.sh "$scratch" "${buildah[@]}"

echo "run.sh: building the image (what buildah says is in build/container/log)"
revision=$(git rev-parse HEAD 2>/dev/null || echo unknown)
nice "${buildah[@]}" bud --isolation chroot --format docker --layers --pull-never \
  --build-arg REVISION="$revision" --tag "$image" . >"$scratch/log" 2>&1 || {
  tail -n 40 "$scratch/log" >&2
  exit 1
}
echo "run.sh: built after $SECONDS s"

NGCSHARE_IMAGE=$image NGCSHARE_BUILDAH="${buildah[*]}" PYTHONDONTWRITEBYTECODE=1 \
  PYTHONPATH=tests/e2e python3 -m unittest -v tests/container/container_test.py
echo "run.sh: done after $SECONDS s"
