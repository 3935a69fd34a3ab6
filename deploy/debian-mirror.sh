#!/usr/bin/env bash
# Prints the URI from which this machine gets the main Debian archive (not security updates, not a
# third party's repository), or nothing if there is none. Arguments are passed on to apt-get.
set -euo pipefail

apt-get "$@" indextargets --format "\$(REPO_URI) \$(ORIGIN) \$(LABEL) \$(COMPONENT)" \
  'Created-By: Packages' |
  awk '$2 == "Debian" && $3 == "Debian" && $4 == "main" && $1 !~ /^(cdrom|file|copy):/ && !n++ {
         print $1
       }'
