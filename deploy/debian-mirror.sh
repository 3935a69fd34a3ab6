#!/usr/bin/env bash
# Prints where the main Debian archive comes from on this machine: not security updates, not a third
# party's repository. Arguments are passed on to apt-get. Prints nothing when there is none.
set -euo pipefail

apt-get "$@" indextargets --format "\$(REPO_URI) \$(ORIGIN) \$(LABEL) \$(COMPONENT)" \
  'Created-By: Packages' |
  awk '$2 == "Debian" && $3 == "Debian" && $4 == "main" && $1 !~ /^(cdrom|file|copy):/ && !n++ {
         print $1
       }'
