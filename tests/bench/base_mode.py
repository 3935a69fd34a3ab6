#!/usr/bin/env python3
"""Measures the base mode through real processes on loopback and prints a table and, with --json FILE,
the same as JSON. Every figure is taken beside the same thing without the tunnel, in the same run.

    tests/bench/base_mode.py build/release/bot/ngcshare [--json FILE] [--megabytes 200]
"""

import argparse
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--json")
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--idle-seconds", type=int, default=20)
    return parser.parse_args()


def serve_bytes(size):
    """A tcp service that sends `size` bytes to whoever connects; its port."""
    block = os.urandom(1 << 20)
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    def answer(connection):
        with connection:
            for _ in range(size >> 20):
                connection.sendall(block)

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def echo_datagrams():
    """A udp service that sends everything back; its port."""
    echo = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    echo.bind(("127.0.0.1", 0))

    def answer():
        while True:
            data, source = echo.recvfrom(65536)
            echo.sendto(data, source)

    threading.Thread(target=answer, daemon=True).start()
    return echo.getsockname()[1]


def download(port):
    """Bytes and seconds of one connection read to its end."""
    start = time.monotonic()
    total = 0
    buffer = bytearray(1 << 18)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        while count := connection.recv_into(buffer):
            total += count
    return total, time.monotonic() - start


def megabytes_per_second(port):
    total, seconds = download(port)
    return total / seconds / 1e6


def many_downloads(port, count):
    """Jain's fairness index of the speeds of `count` downloads at once, and their sum in MB/s."""
    speeds = [0.0] * count

    def one(index):
        total, seconds = download(port)
        speeds[index] = total / seconds / 1e6

    threads = [threading.Thread(target=one, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(speeds) ** 2 / (count * sum(speed * speed for speed in speeds)), sum(speeds)


def round_trip_milliseconds(port, rounds=2000):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("127.0.0.1", port))
        probe.settimeout(2)
        probe.send(b"first")
        probe.recv(100)
        times = []
        for number in range(rounds):
            start = time.perf_counter()
            probe.send(number.to_bytes(4, "little"))
            probe.recv(100)
            times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times), statistics.quantiles(times, n=100)[98]


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(pid):
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
    return float("nan")


def main():
    arguments = parse_arguments()
    os.environ["NGCSHARE_BINARY"] = os.path.abspath(arguments.binary)
    from harness import World  # reads the environment

    size = arguments.megabytes << 20
    bulk, small, echo = serve_bytes(size), serve_bytes(size // 10), echo_datagrams()
    world = World()
    rows = []

    def row(what, value, unit, target, passed, direct=None):
        rows.append({"what": what, "value": round(value, 3), "unit": unit, "target": target,
                     "passed": passed, "without_tunnel": direct and round(direct, 3)})

    try:
        gateway = world.gateway("--share", f"bulk={bulk}", "--share", f"small={small}", "--share",
                                f"echo={echo}/udp", log_level="warn")
        chat_id = gateway.event("group")["chat_id"]
        start = time.monotonic()
        member = world.member(chat_id, "--all", log_level="warn")
        ports = {}
        while len(ports) < 3:
            event = member.event("listening")
            ports[event["service"]] = event["local_port"]
        joined = time.monotonic() - start
        row("start of a member to open port", joined, "s", "<= 15", joined <= 15)

        before = cpu_seconds(gateway.process.pid)
        time.sleep(arguments.idle_seconds)
        idle = (cpu_seconds(gateway.process.pid) - before) / arguments.idle_seconds * 100
        row("idle gateway, one core", idle, "%", "<= 1", idle <= 1)
        memory = resident_megabytes(gateway.process.pid)
        row("idle gateway, memory", memory, "MB", "<= 30", memory <= 30)

        median, high = round_trip_milliseconds(ports["echo"])
        direct, _ = round_trip_milliseconds(echo)
        row("udp round trip, median", median, "ms", "< 1", median < 1, direct)
        row("udp round trip, 99th percentile", high, "ms", "", True)

        speeds = [megabytes_per_second(ports["bulk"]) for _ in range(3)]
        direct = megabytes_per_second(bulk)
        row("one tcp stream, median of 3", statistics.median(speeds), "MB/s", ">= 20",
            statistics.median(speeds) >= 20, direct)

        fairness, total = many_downloads(ports["small"], 20)
        row("twenty tcp streams, Jain fairness", fairness, "", ">= 0.9", fairness >= 0.9)
        row("twenty tcp streams, together", total, "MB/s", "", True)
    finally:
        world.close()

    version = subprocess.run([arguments.binary, "version"], capture_output=True, text=True)
    print(version.stdout.strip(), "on", os.cpu_count(), "cores, load", os.getloadavg()[0])
    print(f"{'':36}{'value':>10} {'':5} {'target':8} {'':6} without the tunnel")
    for entry in rows:
        verdict = ("ok" if entry["passed"] else "MISSED") if entry["target"] else ""
        print(f"{entry['what']:36}{entry['value']:>10} {entry['unit']:5} {entry['target']:8} "
              f"{verdict:6} {entry['without_tunnel'] or ''}")
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump({"version": version.stdout.strip(), "rows": rows}, file, indent=1)
    return 0 if all(entry["passed"] for entry in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
