#!/usr/bin/env python3
"""Draws the results of benchmark.py, one SVG file a chart.

    tests/bench/charts.py RESULTS.json FOLDER     draws again from a file written by --json
"""

import json
import os
import sys

from svg import INK, LEFT, RIGHT, SOFT, Canvas, Panel, nice_step

COLORS = {
    "kernel": "#9aa7b4", "kernel BBR": "#9aa7b4", "direct": "#cfd6de", "raw NGC": "#52606d",
    "tunnel": "#1769d2", "base mode": "#e08a1e", "ssh -L": "#7d56c2",
}


def subtitle(results, more=""):
    machine = results["machine"]
    return (f"{results['version']} · {machine['processor']}, {machine['cores']} cores, "
            f"Linux {machine['kernel']} · {results['began'][:10]}" + (f" · {more}" if more else ""))


def draw_all(results, folder):
    os.makedirs(folder, exist_ok=True)
    for name, draw in CHARTS.items():
        if name in results["series"]:
            draw(results, results["series"][name], folder)


def draw_stream(results, series, folder):
    medians = dict(sorted(series["medians"].items(), key=lambda entry: entry[1]))
    canvas = Canvas(760, 132 + 46 * len(medians), "One TCP stream on one machine",
                    subtitle(results))
    left, top = 130, 96
    # The bar without a tunnel would dwarf the others, so it is cut; its label says so.
    scale = 1.3 * max(value for name, value in medians.items() if name != "direct")
    width = canvas.width - left - 150
    for index, (name, value) in enumerate(medians.items()):
        y = top + 46 * index
        length = min(value / scale, 1) * width
        canvas.text(left - 12, y + 20, name, size=13, anchor="end")
        canvas.bar(left, y, length, 30, COLORS[name], f"{name}: {value:.1f} MB/s")
        if value > scale:
            canvas.line(left + length - 16, y + 34, left + length - 8, y - 4, "#ffffff", 4)
        canvas.text(left + length + 10, y + 20, f"{value:.0f} MB/s", size=13, weight=600)
    canvas.text(left, canvas.height - 18, "application bytes, median; raw NGC is plain toxcore, "
                "lossy packets of 1373 bytes", fill=SOFT)
    canvas.write(os.path.join(folder, "stream.svg"))


def draw_grid(results, series, folder):
    cells = series["cells"]
    for rate in sorted({cell["rate"] for cell in cells}):
        rtts = sorted({cell["rtt"] for cell in cells if cell["rate"] == rate})
        canvas = Canvas(960, 420, f"One TCP stream over a {rate} Mbit/s path, by random loss",
                        subtitle(results, f"{series['seconds']:g} s from the connect" + (
                            f", median of {series['repeats']}" if series["repeats"] > 1 else "")))
        shown = [name for name in ("kernel", "tunnel", "base mode")
                 if any(name in cell for cell in cells if cell["rate"] == rate)]
        names = {"kernel": "kernel TCP with BBR, no tunnel", "tunnel": "through ngcshare",
                 "base mode": "through ngcshare, base mode"}
        canvas.legend([(names[name], COLORS[name]) for name in shown])
        gap = 18
        width = (canvas.width - LEFT - RIGHT - gap * (len(rtts) - 1)) / len(rtts)
        for index, rtt in enumerate(rtts):
            panel = Panel(canvas, LEFT + index * (width + gap), width, rate,
                          y_label="Mbit/s" if index == 0 else "", y_numbers=index == 0)
            groups = [(f"{cell['loss']:g} %", {name: cell.get(name) for name in shown
                                              if name in cell})
                      for cell in cells if cell["rate"] == rate and cell["rtt"] == rtt]
            panel.grouped_bars(groups, {name: COLORS[name] for name in shown}, "Mbit/s")
            panel.x_text(panel.left + width / 2, f"round trip {rtt} ms", line=1, weight=600)
        canvas.write(os.path.join(folder, f"grid-{rate}mbit.svg"))


def draw_udp_busy(results, series, folder):
    canvas = Canvas(880, 420, "A datagram's round trip while a download runs beside it",
                    subtitle(results, f"{series['rate_mbit']} Mbit/s, {series['rtt_ms']} ms, "
                                      f"queue {series['queue_ms']} ms"))
    taken = series["taken"]
    canvas.legend([(name, COLORS[name]) for name in taken])
    slowest = max(max(one["times_ms"]) for one in taken.values())
    low, high = series["rtt_ms"] * 0.9, max(slowest * 1.03, series["limit_ms"] * 1.2)
    panel = Panel(canvas, LEFT, canvas.width - LEFT - RIGHT, 100, (low, high),
                  "% of datagrams back by then")
    draw_x_axis(canvas, panel, low, high, "ms")
    limit = panel.x(series["limit_ms"])
    canvas.line(limit, panel.upper, limit, panel.lower, INK, 1.2, "4 3")
    canvas.text(limit + 6, panel.upper + 14, f"target for 99 %: {series['limit_ms']} ms")
    for name, one in taken.items():
        times = sorted(one["times_ms"])
        points = [(panel.x(time), panel.y((index + 1) / len(times) * 100))
                  for index, time in enumerate(times)]
        canvas.curve([(panel.x(times[0]), panel.lower), *points], COLORS[name])
    canvas.write(os.path.join(folder, "udp-busy.svg"))


def draw_x_axis(canvas, panel, low, high, unit):
    step = nice_step(high - low, 10)
    value = (low // step + 1) * step
    while value <= high:
        panel.x_text(panel.x(value), f"{value:g}", fill=SOFT)
        value += step
    canvas.text(panel.left + panel.width / 2, canvas.height - 12, unit, fill=SOFT, anchor="middle")


def draw_first_byte(results, series, folder):
    canvas = Canvas(880, 420, "From a local connect to the server's first byte",
                    subtitle(results, "median"))
    colors = {"kernel": COLORS["kernel"], series["name"]: COLORS[series["name"]]}
    canvas.legend([("kernel TCP, no tunnel", colors["kernel"]),
                   (f"through ngcshare, {series['name']}", colors[series["name"]])])
    taken = series["taken"]
    panel = Panel(canvas, LEFT, canvas.width - LEFT - RIGHT,
                  max(max(one["kernel"], one["tunnel"]) for one in taken), y_label="ms")
    kinds = {"greeter": "speaks first", "answerer": "answers"}
    groups = [(kinds[one["kind"]], {"kernel": one["kernel"], series["name"]: one["tunnel"]})
              for one in taken]
    panel.grouped_bars(groups, colors, "ms")
    slot = panel.width / len(taken)
    for index, rtt in enumerate(sorted({one["rtt"] for one in taken})):
        x = panel.left + slot * 2 * index
        panel.x_text(x + slot, f"round trip {rtt} ms", line=1, weight=600)
        canvas.line(x + 10, panel.y(rtt), x + 2 * slot - 10, panel.y(rtt), INK, 1.2, "4 3")
    canvas.text(canvas.width - RIGHT, 80, "dashed: one round trip", fill=SOFT, anchor="end")
    canvas.write(os.path.join(folder, "first-byte.svg"))


CHARTS = {"stream": draw_stream, "grid": draw_grid, "udp-busy": draw_udp_busy,
          "first-byte": draw_first_byte}


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1]) as file:
        draw_all(json.load(file), sys.argv[2])


if __name__ == "__main__":
    main()
