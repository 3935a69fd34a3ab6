"""Measures the grid: one tcp stream over simulated paths, through the tunnel and by the kernel's
BBR without one.

Kernel and tunnel take turns on the same path. A measurement begins with the connect, so the
start-up of a stream counts. Losses are random and independent, in both directions and behind the
queue, so a lost packet has used its share of the rate. Queues hold one round trip or 50 ms,
whichever is more, and drop the tail. The kernel's buffers are larger than any path.
"""

import itertools
import statistics
import time

import clients
import endpoints
from netlab import NetLab
from noise import Steal
from world import Session, say

RATES_MBIT = (20, 100)
RTTS_MS = (10, 50, 100, 200)
LOSSES_PERCENT = (0, 0.1, 1, 2)
BASE_MODE_CELL = {"rate": 20, "rtt": 50}  # base mode is shown once per loss
LEAST_QUEUE_MS = 50
TARGET = 0.95
# Share of packets more than 0.3 ms late, because the host or other programs took the processors.
DISTURBING_LATE_SHARE = 0.03
ATTEMPTS = 4


def cells(chosen):
    """Returns the cells, ordered so that the round trip changes rarely, because the tunnel's
    connection lives through all of them."""
    every = [{"rate": rate, "rtt": rtt, "loss": loss}
             for rtt, rate, loss in itertools.product(RTTS_MS, RATES_MBIT, LOSSES_PERCENT)]
    return [cell for cell in every if all(cell[key] in values for key, values in chosen.items())]


def settings(cell):
    queue = max(cell["rtt"], LEAST_QUEUE_MS)
    return (f"delay={cell['rtt'] / 2}ms rate={cell['rate']}mbit queue={queue}ms "
            f"loss={cell['loss']}%")


def settle(lab, limit=10.0):
    """Waits until the path is almost idle, so that the last stream's remains are gone."""
    deadline = time.monotonic() + limit
    quiet = 0
    while quiet < 2 and time.monotonic() < deadline:
        before = lab.counters()
        time.sleep(0.25)
        after = lab.counters()
        moved = sum(after[way]["bytes_in"] - before[way]["bytes_in"] for way in ("ab", "ba"))
        quiet = quiet + 1 if moved < 10_000 else 0


def measure(lab, address, seconds, attempts=ATTEMPTS):
    """Measures one download in place b, with the laboratory's counters. Repeats it if the path did
    not keep its times; if all attempts were disturbed, returns the least disturbed one, marked."""
    tries = []
    for _ in range(attempts):
        tries.append(_measure_once(lab, address, seconds))
        if not tries[-1]["disturbed"]:
            break
        say(f"  disturbed: {tries[-1]['path']['late_share']:.1%} of packets late, "
            f"{tries[-1]['steal']:.0%} of the processors taken by the host")
    return min(tries, key=lambda got: (got["disturbed"], got["path"]["late_share"]))


def _measure_once(lab, address, seconds):
    settle(lab)
    lab.reset()
    steal = Steal()
    with lab.inside("b"):
        got = clients.download(address, seconds, check=True)
    both = lab.counters()
    down = both["ab"]
    late = sum(both[way]["late_packets"] for way in both)
    passed = max(1, sum(both[way]["packets_out"] for way in both))
    got["path"] = {key: down[key] for key in ("packets_in", "bytes_in", "dropped_queue",
                                              "dropped_loss", "dropped_memory", "max_queue_ms")}
    got["path"]["late_share"] = late / passed
    got["path"]["max_lateness_ms"] = max(both[way]["max_lateness_ms"] for way in both)
    got["steal"] = steal.share()
    got["disturbed"] = late / passed > DISTURBING_LATE_SHARE or down["dropped_memory"] > 0
    return got


class Grid:
    def __init__(self, bench):
        self.bench = bench
        self.seconds = bench.seconds or (6 if bench.quick else 12)
        self.measured = []

    def run(self):
        bench = self.bench
        with NetLab(bench.tool("netlab/netlab_shaper")) as lab:
            server, ports = endpoints.start(lab, "a", "source")
            session = None
            try:
                say("  joining on a clean path")
                session = Session(lab, {"bulk": ports["source"]}, bench.congestion)
                tunnel = session.join().at("bulk")
                base = None
                if bench.binary.has_link:
                    base = session.join("member-base", base_mode=True).at("bulk")
                direct = (lab.address["a"], ports["source"])
                for cell in cells(bench.cells):
                    self._measure_cell(lab, cell, direct, tunnel)
                self._measure_base_mode(lab, base or tunnel)
            finally:
                if session:
                    session.close()
                endpoints.stop(server)
            self.lost_at_devices = lab.lost_at_devices()
        self._report()

    def _measure_cell(self, lab, cell, direct, tunnel):
        lab.set("both", settings(cell))
        samples = {"kernel": [], "tunnel": []}
        if self.bench.binary.has_link:  # lets the connection adapt to the new path first
            measure(lab, tunnel, min(self.seconds, 2 + cell["rtt"] * 0.02), attempts=1)
        for _ in range(self.bench.repeats):
            samples["kernel"].append(measure(lab, direct, self.seconds))
            if self.bench.binary.has_link:
                samples["tunnel"].append(measure(lab, tunnel, self.seconds))
        medians = {name: statistics.median(got["mbit"] for got in taken)
                   for name, taken in samples.items() if taken}
        self.measured.append({**cell, **medians, "samples": samples})
        say("  " + describe(self.measured[-1]))

    def _measure_base_mode(self, lab, base):
        """Measures base mode. Runs last, because a path that loses packets can make NGC's lossless
        channel unusable."""
        chosen = self.bench.cells
        if any(value not in chosen.get(key, (value,)) for key, value in BASE_MODE_CELL.items()):
            return
        for loss in LOSSES_PERCENT:
            cell = {**BASE_MODE_CELL, "loss": loss}
            if loss not in chosen.get("loss", (loss,)):
                continue
            lab.set("both", settings(cell))
            got = measure(lab, base, self.seconds)
            found = next(one for one in self.measured
                         if all(one[key] == value for key, value in cell.items()))
            found["base mode"] = got["mbit"]
            found["samples"]["base mode"] = [got]
            say("  " + describe(found))

    def _report(self):
        results = self.bench.results
        for cell in self.measured:
            self._report_cell(cell)
        tunnel = [cell["tunnel"] / cell["kernel"] for cell in self.measured if "tunnel" in cell]
        if tunnel:
            good = sum(ratio >= TARGET for ratio in tunnel)
            results.add("grid", f"grid: worst of {len(tunnel)} cells, {good} reach the target",
                        None, "", ratio=min(tunnel), target=f"ratio >= {TARGET}",
                        passed=min(tunnel) >= TARGET)
        else:
            results.notes.append("grid: this binary has no link; base mode is shown in one cell "
                                 "per loss, beside the kernel's TCP")
        if self.lost_at_devices:
            results.notes.append(f"grid: {self.lost_at_devices} packets never reached the shaper: "
                                 "the machine was too busy, the grid does not count")
        results.series["grid"] = {"seconds": self.seconds, "repeats": self.bench.repeats,
                                  "cells": self.measured}

    def _report_cell(self, cell):
        name = f"{cell['rate']} Mbit/s, {cell['rtt']} ms, {cell['loss']} % loss"
        for kind, target in (("tunnel", TARGET), ("base mode", None)):
            if kind not in cell:
                continue
            intact = all(got["intact"] for got in cell["samples"][kind])
            disturbed = any(got["disturbed"] for used in ("kernel", kind)
                            for got in cell["samples"][used])
            notes = ["WRONG BYTES"] * (not intact) + ["disturbed"] * disturbed
            enough = target is None or cell[kind] >= target * cell["kernel"]
            self.bench.results.add(
                "grid", name if target else f"{name}, {kind}", cell[kind], "Mbit/s",
                reference=cell["kernel"], reference_what="kernel BBR",
                target=f"ratio >= {target}" if target else "",
                passed=(enough and intact) if target else None,
                note=", ".join(notes))


def describe(cell):
    speeds = ", ".join(f"{name} {cell[name]:.2f}" for name in ("kernel", "tunnel", "base mode")
                       if name in cell)
    return f"{cell['rate']} Mbit/s, {cell['rtt']} ms, {cell['loss']} %: {speeds} Mbit/s"
