#!/usr/bin/env bash
# Demonstrates ngcshare: installs what is missing, builds it, shares a web server with a Tox group,
# and fetches a file from it as a member of that group. Everything runs on this machine's loopback,
# where its own boot node replaces the public Tox network. Leaves nothing running.
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C
PATH=$PATH:/usr/sbin  # nginx is there; not in every user's PATH
ngcshare=build/release/bot/ngcshare
megabytes=64

deploy/setup.sh --demo
# Leaves out the tests, whose libraries --demo does not install. A folder that is configured already
# keeps its settings.
[ -e build/release/build.ninja ] ||
  cmake --preset release -DNGCSHARE_TESTS=OFF -DNGCSHARE_BENCH=OFF
cmake --build --preset release --target ngcshare

began=${EPOCHREALTIME/./}
say() {
  local tenths=$(((${EPOCHREALTIME/./} - began) / 100000))
  printf '[%3d.%d s] %s\n' $((tenths / 10)) $((tenths % 10)) "$*"
}

work=$(mktemp -d)
pids=()
clean_up() {
  local pid
  for pid in "${pids[@]}"; do
    kill "$pid" 2>/dev/null || true
  done
  for pid in "${pids[@]}"; do
    # Allows five seconds for an orderly exit, then kills.
    timeout 5 tail --pid="$pid" -f /dev/null || kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

fail() {
  say "FAILED: $*"
  local log
  for log in "$work"/*.log "$work"/*.out; do
    [ -s "$log" ] || continue
    echo "--- the end of $(basename "$log")"
    tail -n 15 "$log"
  done
  exit 1
} >&2

# Starts a process in the background, with its standard output in NAME.out and its log in NAME.log.
start() {
  local name=$1
  shift
  : >"$work/$name.out"  # so that wait_for can open it
  "$@" >"$work/$name.out" 2>"$work/$name.log" </dev/null &
  pids+=($!)
}

# Waits for a line of NAME.out that contains every given word, and prints it. Fails after SECONDS,
# or when the process that was started last has ended without printing such a line.
wait_for() {
  local name=$1 seconds=$2 deadline line word alive=true
  shift 2
  deadline=$((SECONDS + seconds))
  while $alive && [ "$SECONDS" -le "$deadline" ]; do
    kill -0 "${pids[-1]}" 2>/dev/null || alive=false
    while read -r line; do
      for word in "$@"; do
        [[ $line == *"$word"* ]] || continue 2
      done
      echo "$line"
      return 0
    done <"$work/$name.out"
    sleep 0.1
  done
  return 1
}

# Prints the value of a string field in a line of ngcshare's JSON.
field() {
  sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" <<<"$2"
}

# Prints an unused port below the kernel's range of ephemeral ports.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 10000))
    grep -qi ":$(printf '%04x' "$port") " /proc/net/{tcp,tcp6,udp,udp6} 2>/dev/null || break
  done
  echo "$port"
}

fetch() {
  curl -sSf --noproxy '*' "$@"
}

web_port=$(free_port)
node_port=$(free_port)

say "a web server with a file of $megabytes MB on 127.0.0.1:$web_port"
mkdir "$work/www"
echo "Hello from the other end of the group." >"$work/www/index.html"
head -c "${megabytes}MB" /dev/urandom >"$work/www/file.bin"
cat >"$work/nginx.conf" <<CONF
daemon off;
pid $work/nginx.pid;
worker_processes 1;
$([ "$(id -u)" -ne 0 ] || echo 'user root;')
events {}
http {
  access_log off;
  client_body_temp_path $work/body;
  proxy_temp_path $work/proxy;
  fastcgi_temp_path $work/fastcgi;
  uwsgi_temp_path $work/uwsgi;
  scgi_temp_path $work/scgi;
  server { listen 127.0.0.1:$web_port; root $work/www; }
}
CONF
start nginx nginx -p "$work" -e "$work/nginx.err.log" -c "$work/nginx.conf"

say "a boot node, which here is the whole Tox network"
start node "$ngcshare" node --data-dir "$work/node" --udp-port "$node_port"
line=$(wait_for node 10 "bootstrap ") || fail "the boot node did not start"
bootstrap=${line#bootstrap }
fetch -o /dev/null --retry 3 --retry-connrefused "http://127.0.0.1:$web_port/" ||
  fail "the web server did not start"
network=(--bootstrap "$bootstrap" --no-default-bootstrap --no-local-discovery)

say "the gateway: creates a group and shares the web server with it"
start gateway "$ngcshare" run --data-dir "$work/gateway" "${network[@]}" \
  --create quickstart --share "web=$web_port" --json
line=$(wait_for gateway 15 '"event":"group"' '"chat_id"') || fail "the gateway made no group"
chat_id=$(field chat_id "$line")
say "its chat id: $chat_id"

say "a member: joins by that id and asks for web"
start member "$ngcshare" connect "$chat_id" web --data-dir "$work/member" "${network[@]}" --json
wait_for member 30 '"event":"joined"' >/dev/null || fail "the member did not join"
say "joined"
wait_for member 15 '"event":"offer"' '"service":"web"' >/dev/null || fail "no offer arrived"
say "the gateway offers web"
line=$(wait_for member 10 '"event":"listening"' '"service":"web"') || fail "no local port opened"
address=$(field local "$line")
say "the member has it on $address"

fetch --max-time 10 -o "$work/index.html" "http://$address/" || fail "the page did not arrive"
say "its page, through the group: $(cat "$work/index.html")"
figures=$(fetch --max-time 40 -o "$work/file.bin" \
  -w '%{size_download} %{time_total}' "http://$address/file.bin") || fail "the file did not arrive"
read -r bytes seconds <<<"$figures"
speed=$(awk "BEGIN { printf \"%.1f\", $bytes / $seconds / 1e6 }")
say "its file, through the group: $bytes bytes in $seconds s, $speed MB/s"

sent=$(sha256sum <"$work/www/file.bin")
received=$(sha256sum <"$work/file.bin")
[ "$sent" = "$received" ] || fail "what arrived is not what was sent"
say "the content is the same, sha256 ${sent%% *}"

cat <<END

That worked. To do it for real, with something that listens on port 8080 of this machine:

  $ngcshare run --create "My group" --share web=8080

prints the group's chat id and what your friends type, on their machines, to have it on theirs:

  $ngcshare connect CHAT_ID web
END
