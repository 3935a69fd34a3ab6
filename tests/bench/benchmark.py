#!/usr/bin/env python3
"""Measures ngcshare and its comparisons in the same run and prints a table.

Every figure is a ratio or a difference to something else that was measured on the same machine in
the same minutes. tests/bench/run.sh builds what this needs and runs it. Paths with delay and loss
are simulated (netlab/), which needs root; without it those rows are skipped and the table says so.
"""

import argparse
import os
import signal
import sys
import traceback

import charts
from results import Results, kernel_has_bbr
from world import Binary, say  # finds the other folders, for the imports below

import grid
import lab_check
import latency
import loopback
import many
import netlab
import scrape


class Bench:
    """Data that the rows share: programs, durations of measurements, and the results."""

    def __init__(self, options):
        self.build = os.path.abspath(options.build)
        self.binary = Binary(os.path.join(self.build, "bot", "ngcshare"))
        self.quick = options.quick
        self.seconds = options.seconds
        self.repeats = options.repeats or (1 if options.quick else 3)
        self.cells = options.cells
        self.congestion = options.congestion if self.binary.knows("--congestion") else ""
        self.results = Results(self.binary.path, self.congestion)

    def tool(self, name):
        return os.path.join(self.build, "tests", "bench", name)


# Rows by name: the function that measures, and whether it needs simulated paths.
ROWS = {
    "lab": (lab_check.lab, True),
    "stream": (loopback.stream, False),
    "udp-idle": (loopback.udp_idle, False),
    "udp-busy": (latency.udp_busy, True),
    "first-byte": (latency.first_byte, True),
    "streams": (many.streams, False),
    "idle": (many.idle, False),
    "scrape": (scrape.scrape, False),
    "grid": (lambda bench: grid.Grid(bench).run(), True),
}


def parse_cells(text):
    """Parses rtt=50,loss=0/1 into {"rtt": [50.0], "loss": [0.0, 1.0]}."""
    chosen = {}
    for part in filter(None, text.split(",")):
        key, _, values = part.partition("=")
        if key not in ("rate", "rtt", "loss"):
            raise argparse.ArgumentTypeError("the cells are chosen by rate, rtt and loss")
        chosen[key] = [float(value) for value in values.split("/")]
    return chosen


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build/release", help="the folder that was built in")
    parser.add_argument("--quick", action="store_true", help="shorter, and each only once")
    parser.add_argument("--only", action="append", choices=list(ROWS), metavar="ROW",
                        help="this row, may be repeated: " + ", ".join(ROWS))
    parser.add_argument("--json", metavar="FILE", help="write all that was measured")
    parser.add_argument("--charts", metavar="DIR", help="draw charts there")
    parser.add_argument("--seconds", type=float, help="of each download in the grid (12; quick 6)")
    parser.add_argument("--repeats", type=int, help="how often each is measured (3; quick 1)")
    parser.add_argument("--cells", type=parse_cells, default={},
                        help="only these of the grid: rtt=50/200,loss=1,rate=20")
    parser.add_argument("--congestion", default="bbr", help="the link's controller, where it has one")
    return parser.parse_args()


def measure(bench, name):
    function, needs_paths = ROWS[name]
    why = netlab.missing() if needs_paths else None
    if not why and needs_paths and not kernel_has_bbr():
        why = "this kernel has no BBR to compare with (modprobe tcp_bbr)"
    if why:
        bench.results.skip(name, why)
        return
    say(f"{name}:")
    try:
        function(bench)
    except Exception as problem:  # the other rows are still measured
        traceback.print_exc()
        bench.results.add(name, f"{name}: failed", None, "", passed=False,
                          note=str(problem).splitlines()[0] if str(problem) else "no reason")


def main():
    options = parse_arguments()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # shows results, cleans up
    bench = Bench(options)
    os.environ["NGCSHARE_BINARY"] = bench.binary.path  # the end-to-end tests' harness reads it
    if not bench.binary.has_link:
        bench.results.notes.append("this ngcshare has no link: all streams run in base mode")
    try:
        for name in options.only or ROWS:
            measure(bench, name)
    except KeyboardInterrupt:
        bench.results.notes.append("interrupted: what was measured until then")
    print(bench.results.table())
    if options.json:
        bench.results.write_json(options.json)
    if options.charts:
        charts.draw_all(bench.results.as_dict(), options.charts)
    return 0 if bench.results.passed() else 1


if __name__ == "__main__":
    sys.exit(main())
