"""Pictures: how departments stand, as bars that are read at a glance on a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from storage.terms.lights import Light

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FONTS = (
    "WenQuanYi Micro Hei",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "PingFang SC",
    "SimHei",
)
"""Fonts with Chinese letters, the first that is installed is taken."""

COLOURS = {Light.RED: "#C8352B", Light.YELLOW: "#E8A33D", Light.GREEN: "#4C9A5B", Light.GREY: "#B8BCC2"}
INK, PALE = "#2B2F36", "#E6E8EB"
DPI = 110
MOST = 24
"""Departments in one picture: the worst come first."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A department: how many of its assignments bear which light, and how many are done."""

    name: str
    lights: Mapping[Light, int]
    done: int


@dataclass(frozen=True, slots=True)
class DigestPicture:
    """What the picture of a digest shows. Shares lie between 0 and 1; ``legend`` names lights, then done."""

    title: str
    subtitle: str
    share: float
    expected: float
    share_label: str
    expected_label: str
    bars: Sequence[Bar]
    legend: Sequence[tuple[Light | None, str]]
    more: str


def digest_picture(shown: DigestPicture) -> bytes:
    """Return the picture as PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    bars = shown.bars[:MOST]
    height = 2.3 + 0.3 * max(len(bars), 1)
    figure = Figure(figsize=(7.2, height), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    words = _lettering()
    figure.text(0.04, 1 - 0.28 / height, shown.title, fontsize=15, color=INK, va="top", **words)
    figure.text(0.04, 1 - 0.62 / height, shown.subtitle, fontsize=9, color="#6B7078", va="top", **words)
    year = figure.add_axes((0.04, 1 - 1.32 / height, 0.92, 0.16 / height))
    _year(year, shown, words)
    _bars(figure.add_axes((0.2, 0.42 / height, 0.76, (height - 2.2) / height)), bars, words)
    _legend(figure, shown, height, words)
    written = BytesIO()
    figure.savefig(written, format="png")
    return written.getvalue()


def _lettering() -> dict[str, Any]:
    """Return the font that letters are drawn in; without a Chinese one, what there is."""
    from matplotlib import font_manager

    installed = {font.name for font in font_manager.fontManager.ttflist}
    return {"fontfamily": [*[name for name in FONTS if name in installed][:1], "DejaVu Sans"]}


def _year(axes: Axes, shown: DigestPicture, words: Mapping[str, Any]) -> None:
    """Draw how much of the year's work is done, and where it should stand by the calendar."""
    axes.barh([0], [1], color=PALE)
    axes.barh([0], [shown.share], color=COLOURS[Light.GREEN])
    axes.axvline(shown.expected, color=INK, linewidth=1.5)
    axes.set_xlim(0, 1)
    axes.axis("off")
    axes.text(0, 0.9, shown.share_label, fontsize=9, color=INK, va="bottom", **words)
    aligned = "right" if shown.expected > 0.5 else "left"
    axes.text(
        shown.expected, -0.9, shown.expected_label, fontsize=8, color=INK, va="top", ha=aligned, **words
    )


def _bars(axes: Axes, bars: Sequence[Bar], words: Mapping[str, Any]) -> None:
    left = [0] * len(bars)
    places = list(range(len(bars)))
    for light in (*COLOURS, None):
        counts = [bar.done if light is None else bar.lights.get(light, 0) for bar in bars]
        colour = "#D5E6D8" if light is None else COLOURS[light]
        axes.barh(places, counts, left=left, color=colour, height=0.66)
        for place, count, start in zip(places, counts, left, strict=True):
            if count:
                ink = INK if light in (None, Light.GREY, Light.YELLOW) else "white"
                axes.text(
                    start + count / 2, place, str(count), fontsize=7, color=ink, ha="center", va="center"
                )
        left = [start + count for start, count in zip(left, counts, strict=True)]
    axes.set_yticks(places, [bar.name for bar in bars], fontsize=8, color=INK, **words)
    axes.set_ylim(max(len(bars), 1) - 0.5, -0.5)
    axes.set_xticks([])
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)


def _legend(figure: Any, shown: DigestPicture, height: float, words: Mapping[str, Any]) -> None:
    for number, (light, name) in enumerate(shown.legend):
        colour = "#D5E6D8" if light is None else COLOURS[light]
        at = 0.04 + number * 0.13
        figure.text(at, 0.14 / height, "■", fontsize=10, color=colour, va="center", fontfamily="DejaVu Sans")
        figure.text(at + 0.022, 0.14 / height, name, fontsize=8, color=INK, va="center", **words)
    if shown.more:
        figure.text(
            0.96, 0.14 / height, shown.more, fontsize=8, color="#6B7078", va="center", ha="right", **words
        )
