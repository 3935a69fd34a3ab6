"""Rows on loopback: one tcp stream against raw NGC packets, and an idle datagram's round trip."""

import json
import os
import socket
import statistics
import subprocess

import clients
import endpoints
import ssh_tunnel
from world import Loopback, Session, say


class RawNgc:
    """Two plain toxcore peers, whose throughput is measured in MB/s."""

    def __init__(self, program):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.receiver = subprocess.Popen([program, "receive"], **pipes)
        ready = json.loads(self.receiver.stdout.readline())
        self.sender = subprocess.Popen([program, "send", ready["chat_id"], "--bootstrap",
                                        ready["bootstrap"]], **pipes)
        self.sender.stdout.readline()  # connected

    def tell(self, command):
        self.sender.stdin.write(command + "\n")
        self.sender.stdin.flush()
        return json.loads(self.sender.stdout.readline())

    def close(self):
        for process in (self.sender, self.receiver):
            process.stdin.close()
            process.wait(10)
            process.stdout.close()


def stream(bench):
    """Measures one tcp stream through gateway and member, in turns with raw packets."""
    place = Loopback()
    server, ports = endpoints.start(place, "a", "source")
    session = Session(place, {"bulk": ports["source"]}, bench.congestion)
    raw = ssh = None
    try:
        say("  joining")
        ways = {"tunnel": session.join().at("bulk")}
        if bench.binary.has_link:
            ways["base mode"] = session.join("member-base", base_mode=True).at("bulk")
        ways["direct"] = ("127.0.0.1", ports["source"])
        ssh = ssh_tunnel.start(ports["source"])
        if ssh:
            ways["ssh -L"] = ssh.address
        else:
            bench.results.skip("stream", "no sshd to compare with")
        raw = RawNgc(bench.tool("raw_ngc"))
        raw.tell("ping 200")
        speeds = {name: [] for name in ("raw NGC", *ways)}
        seconds = 2 if bench.quick else 4
        for turn in range(bench.repeats):
            speeds["raw NGC"].append(raw.tell(f"run {seconds}")["megabytes_per_second"])
            for name, address in ways.items():
                got = clients.download(address, seconds)
                speeds[name].append(got["megabytes_per_second"])
            say(f"  turn {turn + 1}: " + ", ".join(f"{k} {v[-1]:.0f}" for k, v in speeds.items()))
    finally:
        for thing in (raw, ssh, session):
            if thing:
                thing.close()
        endpoints.stop(server)
    report_stream(bench, {name: statistics.median(values) for name, values in speeds.items()},
                  speeds)


def report_stream(bench, medians, samples):
    results = bench.results
    raw = medians["raw NGC"]
    name = bench.binary.tunnel_name()
    results.add("stream", f"one tcp stream, {name}", medians["tunnel"], "MB/s", reference=raw,
                reference_what="raw NGC", target="ratio >= 0.8",
                passed=medians["tunnel"] >= 0.8 * raw)
    for other in ("base mode", "ssh -L", "direct"):
        if other in medians:
            results.add("stream", f"one tcp stream, {other}", medians[other], "MB/s",
                        reference=raw, reference_what="raw NGC")
    shown = {name if key == "tunnel" else key: value for key, value in medians.items()}
    results.series["stream"] = {"medians": shown, "samples": samples}


def udp_idle(bench):
    """Measures the round trip that gateway and member add to a datagram when nothing else runs."""
    place = Loopback()
    server, ports = endpoints.start(place, "a", "echo")
    session = Session(place, {"echo": f"{ports['echo']}/udp"}, bench.congestion)
    try:
        say("  joining")
        member = session.join()
        bench.results.add("start", "member's start to open port", member.joined_seconds, "s",
                          target="<= 15 s", passed=member.joined_seconds <= 15)
        count = 500 if bench.quick else 2000
        ways = {"tunnel": member.at("echo"), "direct": ("127.0.0.1", ports["echo"])}
        times = {name: [] for name in ways}
        for _ in range(bench.repeats):
            for name, address in ways.items():
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                    probe.connect(address)
                    clients.round_trips_ms(probe, 10)  # opens the mapping
                    times[name] += clients.round_trips_ms(probe, count)[0]
    finally:
        session.close()
        endpoints.stop(server)
    through, direct = (statistics.median(times[name]) for name in ("tunnel", "direct"))
    bench.results.add("udp-idle", "udp round trip gained, idle", through - direct, "ms",
                      reference=direct, reference_what="ms direct", ratio=through / direct,
                      target="<= 0.15 ms", passed=through - direct <= 0.15)
    high = statistics.quantiles(times["tunnel"], n=100)[98]
    bench.results.add("udp-idle", "udp round trip, idle, 99th percentile", high, "ms",
                      reference=statistics.quantiles(times["direct"], n=100)[98],
                      reference_what="ms direct")
    bench.results.series["udp-idle"] = {"load": os.getloadavg()[0], "median_ms": through,
                                        "direct_ms": direct}
