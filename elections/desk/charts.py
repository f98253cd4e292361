"""Charts as shapes for an inline SVG: bars, bars by day, ranges; each of the numbers in the table beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

FILLS = ("#162e51", "#2491ff", "#8d9297")  # each to be told from paper and from the next, in gray too
INK, LINE = "currentColor", "#71767a"
LABELS, BARS, NUMBERS = 190, 190, 90  # widths
ROW, BAR, LEGEND = 26, 16, 28  # heights
LONGEST_LABEL = 28
DAYS_WIDTH, DAYS_HEIGHT, MARGIN = 900, 200, 40


@dataclass(frozen=True, slots=True)
class Rect:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    fill: str


@dataclass(frozen=True, slots=True)
class Stroke:
    """A straight line; `dashes` as SVG writes them, empty for none."""

    x1: float
    y1: float
    x2: float
    y2: float
    dashes: str = ""
    stroke: str = LINE
    width: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A word or a number; `x` is where it starts, ends or has its middle, as `anchor` says."""

    x: float
    y: float
    words: str
    anchor: str = "start"


@dataclass(slots=True)
class Chart:
    """What is drawn, and on how much room."""

    width: int
    height: int
    rects: list[Rect] = field(default_factory=list)
    lines: list[Stroke] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)


def bars(rows: Sequence[tuple[str, Sequence[int]]], legend: Sequence[str] = ()) -> Chart | None:
    """Return a lying bar for each row, its parts one after the other in the legend's order; None if all are zero."""
    most = max((sum(parts) for _, parts in rows), default=0)
    if not most:
        return None
    chart = _of_rows([label for label, _ in rows], legend)
    for place, (_, parts) in enumerate(rows):
        x, y = float(LABELS), _top(place, legend)
        for part, fill in zip(parts, FILLS, strict=False):
            width = round(BARS * part / most, 1)
            chart.rects += [Rect(round(x, 1), y, width, BAR, fill)] if part else []
            x += width
        chart.texts.append(Text(round(x + 6, 1), y + BAR - 3, " + ".join(map(str, parts))))
    return chart


def ranges(rows: Mapping[str, tuple[int, int, int] | None]) -> Chart | None:
    """Return a line from the least to the most of each row, with a mark at its median; None if no row has them."""
    most = max((known[2] for known in rows.values() if known), default=None)
    if most is None:
        return None
    chart = _of_rows(list(rows), ())
    for place, known in enumerate(rows.values()):
        if known is None:
            continue
        least, median, top = (round(LABELS + BARS * days / max(most, 1), 1) for days in known)
        y = _top(place, ()) + BAR / 2
        chart.lines.append(Stroke(least, y, top, y, stroke=FILLS[1], width=6))
        chart.rects.append(Rect(median - 2, y - BAR / 2, 4, BAR, FILLS[0]))
        chart.texts.append(Text(top + 8, y + 5, f"{known[1]} ({known[0]}–{known[2]})"))
    return chart


def by_day(
    days: Mapping[date, Sequence[int]], legend: Sequence[str], *, first: date, deadline: date, today: date
) -> Chart | None:
    """Return a standing bar for each day, with the deadline and today as lines; None if no day has anything."""
    most = max(map(sum, days.values()), default=0)
    if not most:
        return None
    first, last = min(first, *days), max(deadline, *days)
    step = (DAYS_WIDTH - 2 * MARGIN) / ((last - first).days + 1)
    floor = DAYS_HEIGHT - MARGIN + LEGEND
    chart = Chart(DAYS_WIDTH, DAYS_HEIGHT + LEGEND)
    _add_legend(chart, legend)

    def left(day: date) -> float:
        return round(MARGIN + step * (day - first).days, 1)

    full = floor - LEGEND - 24
    for day, parts in days.items():
        y = float(floor)
        for part, fill in zip(parts, FILLS, strict=False):
            height = round(full * part / most, 1)
            y = round(y - height, 1)
            chart.rects += [Rect(left(day), y, max(round(step * 0.8, 1), 2), height, fill)] if part else []
    chart.lines += [Stroke(MARGIN, floor, DAYS_WIDTH - MARGIN, floor), Stroke(MARGIN, floor - full, MARGIN, floor)]
    chart.texts += [Text(MARGIN - 6, floor - full + 5, str(most), "end"), Text(MARGIN - 6, floor, "0", "end")]
    month = first.replace(day=1)
    while month <= last:
        chart.texts.append(Text(max(left(month), MARGIN), floor + 18, f"{month:%b}"))
        month = (month + timedelta(days=32)).replace(day=1)
    _mark(chart, left(deadline) + step, floor, "Deadline", "end")
    if first <= today < deadline:
        _mark(chart, left(today) + step, floor, "Today", "end")
    return chart


def _mark(chart: Chart, x: float, floor: float, words: str, anchor: str) -> None:
    at = round(x, 1)
    chart.lines.append(Stroke(at, LEGEND, at, floor, dashes="4 3", stroke=INK))
    chart.texts.append(Text(at - 4, LEGEND + 12, words, anchor))


def _of_rows(labels: Sequence[str], legend: Sequence[str]) -> Chart:
    height = ROW * len(labels) + (LEGEND if legend else 0)
    chart = Chart(LABELS + BARS + NUMBERS, height)
    _add_legend(chart, legend)
    for place, label in enumerate(labels):
        short = label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
        chart.texts.append(Text(LABELS - 8, _top(place, legend) + BAR - 3, short, "end"))
    return chart


def _add_legend(chart: Chart, legend: Sequence[str]) -> None:
    x = 4.0
    for words, fill in zip(legend, FILLS, strict=False):
        chart.rects.append(Rect(x, 4, 12, 12, fill))
        chart.texts.append(Text(x + 18, 15, words))
        x += 36 + 7 * len(words)


def _top(place: int, legend: Sequence[str]) -> float:
    return (LEGEND if legend else 0) + ROW * place + (ROW - BAR) / 2
