"""The rows of a run: measurement, comparison, and whether the target was reached."""

import json
import os
import platform
import subprocess
import time

from noise import DISTURBING_STEAL, Steal


def machine():
    model = "unknown processor"
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return {"processor": model, "cores": os.cpu_count(), "kernel": platform.release(),
            "load_at_start": os.getloadavg()[0]}


def kernel_has_bbr():
    with open("/proc/sys/net/ipv4/tcp_available_congestion_control") as file:
        return "bbr" in file.read().split()


class Results:
    def __init__(self, binary, congestion=""):
        version = subprocess.run([binary, "version"], capture_output=True, text=True)
        self.version = version.stdout.strip().splitlines()[0] if version.stdout else "unknown"
        self.machine = machine()
        self.congestion = congestion
        self.began = time.strftime("%Y-%m-%d %H:%M:%S %z")
        self.steal = Steal()
        self.rows = []
        self.series = {}  # data by chart
        self.notes = []

    def add(self, row, what, value, unit, *, target="", passed=None, reference=None,
            reference_what="", ratio=None, note=""):
        """Adds a row. `passed` is None if it has no target. `ratio` defaults to value /
        reference."""
        if ratio is None and reference and value is not None:
            ratio = value / reference
        self.rows.append({
            "row": row, "what": what, "value": value, "unit": unit, "reference": reference,
            "reference_what": reference_what, "ratio": ratio, "target": target, "passed": passed,
            "note": note})

    def skip(self, row, why):
        self.notes.append(f"{row}: skipped, {why}")

    def passed(self):
        return all(row["passed"] is not False for row in self.rows)

    def table(self):
        lines = [f"{self.version} on {self.machine['processor']}, {self.machine['cores']} cores, "
                 f"Linux {self.machine['kernel']}, load {self.machine['load_at_start']:.1f} "
                 f"when it began, {os.getloadavg()[0]:.1f} now"]
        taken = self.steal.share()
        if taken > DISTURBING_STEAL:
            lines.append(f"The host took {taken:.0%} of the processors' time away meanwhile.")
        heads = ("what", "value", "", "reference", "ratio", "target", "")
        table = [heads] + [self._cells(row) for row in self.rows]
        widths = [max(len(line[column]) for line in table) for column in range(len(heads))]
        for line in table:
            lines.append("  ".join(
                cell.rjust(width) if column in (1, 4) else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(line, widths))).rstrip())
        return "\n".join(lines + self.notes)

    @staticmethod
    def _cells(row):
        reference = "" if row["reference"] is None else \
            f"{number(row['reference'])} {row['reference_what']}"
        verdict = {None: "", True: "ok", False: "MISSED"}[row["passed"]]
        note = f" ({row['note']})" if row["note"] else ""
        return (row["what"], number(row["value"]), row["unit"], reference, number(row["ratio"]),
                row["target"], verdict + note)

    def write_json(self, path):
        with open(path, "w") as file:
            json.dump(self.as_dict(), file, indent=1)

    def as_dict(self):
        return {"version": self.version, "machine": self.machine, "congestion": self.congestion,
                "began": self.began, "rows": self.rows, "series": self.series, "notes": self.notes,
                "steal": self.steal.share()}


def number(value):
    """Formats a number with three significant digits, and an integer unchanged."""
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    if value == 0 or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.{2 if abs(value) >= 1 else 3}f}"
