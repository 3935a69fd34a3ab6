"""Rows about latency over simulated paths: datagrams beside a download, and a stream's first
byte."""

import json
import os
import socket
import statistics
import subprocess
import sys

import clients
import endpoints
from grid import settle
from netlab import NetLab
from world import Session, say

BUSY_RATE_MBIT, BUSY_RTT_MS, BUSY_QUEUE_MS = 20, 50, 200
BUSY_GAIN_MS = 15
START_UP = 2  # seconds in which the download finds the path's rate
PING_APART = 0.02  # seconds between datagrams, as in a game
FIRST_BYTE_RTTS_MS = (20, 50, 100)
FIRST_BYTE_GAIN_MS = 5


def udp_busy(bench):
    """Measures round trips of datagrams while a download runs on the same path. The path's queue is
    long, as in many homes, so only the sender can keep it short."""
    with NetLab(bench.tool("netlab/netlab_shaper")) as lab:
        bulk, bulk_ports = endpoints.start(lab, "a", "source")
        small, small_ports = endpoints.start(lab, "a", "echo")
        session = None
        try:
            say("  joining")
            session = Session(lab, {"bulk": bulk_ports["source"],
                                    "echo": f"{small_ports['echo']}/udp"}, bench.congestion)
            member = session.join()
            ways = {"tunnel": (member.at("bulk"), member.at("echo")),
                    "kernel BBR": ((lab.address["a"], bulk_ports["source"]),
                                   (lab.address["a"], small_ports["echo"]))}
            lab.set("both", f"delay={BUSY_RTT_MS / 2}ms rate={BUSY_RATE_MBIT}mbit "
                            f"queue={BUSY_QUEUE_MS}ms")
            seconds = 6 if bench.quick else 15
            taken = {name: _busy_round_trips(lab, seconds, *addresses)
                     for name, addresses in ways.items()}
        finally:
            if session:
                session.close()
            endpoints.stop(bulk)
            endpoints.stop(small)
    _report_busy(bench, taken)


def _busy_round_trips(lab, seconds, bulk, echo):
    settle(lab)
    with lab.socket("b", socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(echo)
        clients.round_trips_ms(probe, 5)  # opens the mapping
        download = subprocess.Popen(
            lab.words("b", [sys.executable, os.path.abspath(clients.__file__), "download",
                            bulk[0], bulk[1], seconds]),
            stdout=subprocess.PIPE, text=True)
        times, lost = clients.round_trips_ms(probe, int((seconds - 0.5) / PING_APART), PING_APART)
        goodput = json.loads(download.communicate(timeout=seconds + 20)[0])["mbit"]
    say(f"  median {statistics.median(times):.1f} ms, {lost} lost, download {goodput:.1f} Mbit/s")
    return {"times_ms": times, "lost": lost, "mbit": goodput}


def _report_busy(bench, taken):
    tunnel, kernel = taken["tunnel"], taken["kernel BBR"]
    name = bench.binary.tunnel_name()
    limit = BUSY_RTT_MS + BUSY_GAIN_MS
    skipped = int(START_UP / PING_APART)
    for what, first in (("", skipped), (", with its start", 0)):
        high = {key: statistics.quantiles(value["times_ms"][first:], n=100)[98]
                for key, value in taken.items()}
        bench.results.add(
            "udp-busy", f"udp round trip beside a download{what}, p99, {name}", high["tunnel"],
            "ms", reference=high["kernel BBR"], reference_what="ms, kernel BBR",
            target="" if what else f"<= {limit} ms",
            passed=None if what else high["tunnel"] <= limit, note=f"{tunnel['lost']} lost")
    bench.results.add("udp-busy", f"that download, {name}", tunnel["mbit"], "Mbit/s",
                      reference=kernel["mbit"], reference_what="kernel BBR")
    bench.results.series["udp-busy"] = {
        "rtt_ms": BUSY_RTT_MS, "rate_mbit": BUSY_RATE_MBIT, "queue_ms": BUSY_QUEUE_MS,
        "limit_ms": limit,
        "taken": {(name if key == "tunnel" else key): value for key, value in taken.items()}}


def first_byte(bench):
    """Measures from a local connect to the target's first byte, on a path with delay only."""
    with NetLab(bench.tool("netlab/netlab_shaper")) as lab:
        server, ports = endpoints.start(lab, "a", "greeter", "answerer")
        session = None
        try:
            say("  joining")
            session = Session(lab, {"greeter": ports["greeter"], "answerer": ports["answerer"]},
                              bench.congestion)
            member = session.join()
            taken = []
            for rtt in FIRST_BYTE_RTTS_MS:
                lab.set("both", f"delay={rtt / 2}ms")
                settle(lab)
                for kind, request in (("greeter", b""), ("answerer", b"?")):
                    taken.append({"rtt": rtt, "kind": kind, **_first_bytes(
                        lab, bench, member.at(kind), (lab.address["a"], ports[kind]), request)})
        finally:
            if session:
                session.close()
            endpoints.stop(server)
    _report_first_byte(bench, taken)


def _first_bytes(lab, bench, tunnel, direct, request):
    times = {"tunnel": [], "kernel": []}
    with lab.inside("b"):
        clients.first_byte_ms(tunnel, request)  # an unused connection's state is not measured
        for _ in range(5 if bench.quick else 15):
            times["tunnel"].append(clients.first_byte_ms(tunnel, request))
            times["kernel"].append(clients.first_byte_ms(direct, request))
    return {name: statistics.median(values) for name, values in times.items()}


def _report_first_byte(bench, taken):
    name = bench.binary.tunnel_name()
    early = bench.binary.has_link
    trips = 1 if early else 2  # base mode has no EARLY: Offer's Accept comes first
    for one in taken:
        limit = trips * one["rtt"] + FIRST_BYTE_GAIN_MS
        speaker = "speaks first" if one["kind"] == "greeter" else "answers"
        bench.results.add(
            "first-byte", f"first byte, {one['rtt']} ms, server {speaker}, {name}", one["tunnel"],
            "ms", reference=one["kernel"], reference_what="ms, kernel",
            target=f"<= {trips} r + {FIRST_BYTE_GAIN_MS} ms", passed=one["tunnel"] <= limit)
    bench.results.series["first-byte"] = {"taken": taken, "name": name}
