"""Minimal SVG for charts: a canvas, and panels with a y axis for bars and lines."""

import math
from xml.sax.saxutils import escape

INK, SOFT, RULE, PAPER = "#1f2933", "#62707f", "#e3e8ee", "#ffffff"
FONT = "font-family=\"'Inter','Segoe UI','Helvetica Neue',Arial,sans-serif\""
LEFT, RIGHT, TOP, BOTTOM = 64, 24, 104, 56


class Canvas:
    """A drawing with title and subtitle. Coordinates are in pixels from the upper left corner."""

    def __init__(self, width, height, title, subtitle):
        self.width, self.height = width, height
        self.parts = [f'<rect width="{width}" height="{height}" fill="{PAPER}"/>']
        self.text(24, 34, title, size=18, weight=600)
        self.text(24, 54, subtitle, size=11.5, fill=SOFT)

    def text(self, x, y, words, size=11.5, fill=INK, anchor="start", weight=400, turn=0):
        turned = f' transform="rotate({turn} {x:.1f} {y:.1f})"' if turn else ""
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" '
                          f'text-anchor="{anchor}" font-weight="{weight}"{turned}>'
                          f'{escape(str(words))}</text>')

    def line(self, x1, y1, x2, y2, color=RULE, width=1, dash=""):
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
                          f'stroke="{color}" stroke-width="{width}"{dashed}/>')

    def bar(self, x, y, width, height, color, tip):
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
                          f'height="{max(height, 0.8):.1f}" rx="2" fill="{color}">'
                          f'<title>{escape(tip)}</title></rect>')

    def curve(self, points, color):
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(f'<polyline points="{path}" fill="none" stroke="{color}" '
                          'stroke-width="2" stroke-linejoin="round"/>')

    def legend(self, entries, y=80):
        """Draws a legend of [(name, color)], from the left."""
        x = 24
        for name, color in entries:
            self.parts.append(f'<rect x="{x}" y="{y - 9}" width="11" height="11" rx="2" '
                              f'fill="{color}"/>')
            self.text(x + 16, y, name)
            x += 34 + 6.6 * len(name)

    def write(self, path):
        with open(path, "w") as file:
            file.write(f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" '
                       f'height="{self.height}" viewBox="0 0 {self.width} {self.height}" '
                       f'{FONT}>\n' + "\n".join(self.parts) + "\n</svg>\n")


class Panel:
    """A part of the canvas with its own scale: y from 0 to `top`, x over `x_range`."""

    def __init__(self, canvas, left, width, top, x_range=(0, 1), y_label="", y_numbers=True):
        self.canvas, self.left, self.width = canvas, left, width
        self.x_range = x_range
        self.upper, self.lower = TOP, canvas.height - BOTTOM
        self.step = nice_step(top)
        self.top = math.ceil(top / self.step - 1e-9) * self.step
        for count in range(round(self.top / self.step) + 1):
            value = count * self.step
            canvas.line(left, self.y(value), left + width, self.y(value))
            if y_numbers:
                canvas.text(left - 8, self.y(value) + 4, f"{value:g}", fill=SOFT, anchor="end")
        if y_label:
            canvas.text(18, (self.upper + self.lower) / 2, y_label, fill=SOFT, anchor="middle",
                        turn=-90)

    def x(self, value):
        low, high = self.x_range
        return self.left + (value - low) / (high - low) * self.width

    def y(self, value):
        return self.lower - value / self.top * (self.lower - self.upper)

    def x_text(self, x, words, line=0, weight=400, fill=INK):
        self.canvas.text(x, self.lower + 18 + 17 * line, words, anchor="middle", weight=weight,
                         fill=fill)

    def grouped_bars(self, groups, colors, unit):
        """Draws bars for [(group's name, {series: value})]; every series has its place in every
        group."""
        slot = self.width / len(groups)
        used = [name for name in colors if any(name in values for _, values in groups)]
        width = min(26, slot * 0.78 / len(used))
        for index, (group, values) in enumerate(groups):
            middle = self.left + slot * (index + 0.5)
            self.x_text(middle, group)
            for place, name in enumerate(used):
                if values.get(name) is None:
                    continue
                x = middle + (place - len(used) / 2) * width
                y = self.y(values[name])
                self.canvas.bar(x + 1, y, width - 2, self.lower - y, colors[name],
                                f"{name}, {group}: {values[name]:.2f} {unit}")


def nice_step(top, lines=6):
    """Returns 1, 2 or 5 times a power of ten, such that at most `lines` multiples lie below top."""
    if top <= 0:
        return 1
    raw = top / lines
    power = 10 ** math.floor(math.log10(raw))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= raw - 1e-12)
