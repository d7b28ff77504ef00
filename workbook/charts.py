"""A chart of the plan as a native chart: kinds, axes, colours, and titles that follow cells."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from openpyxl.chart import AreaChart, BarChart, BubbleChart, LineChart, ScatterChart
from openpyxl.chart._chart import ChartBase
from openpyxl.chart.axis import ChartLines, NumericAxis, TextAxis, _BaseAxis
from openpyxl.chart.data_source import AxDataSource, NumDataSource, NumFmt, NumRef, StrRef
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.legend import Legend, LegendEntry
from openpyxl.chart.marker import DataPoint, Marker
from openpyxl.chart.series import Series as NativeSeries
from openpyxl.chart.series import SeriesLabel, XYSeries
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.drawing.text import (
    CharacterProperties,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
    RichTextProperties,
)
from openpyxl.xml.functions import SubElement

from workbook.plan import Chart, Series
from workbook.references import parse_cell

# Okabe and Ito's colours, told apart by the colour-blind and, but for the last two, in grey print.
PALETTE = ("0072B2", "E69F00", "009E73", "CC79A7", "D55E00", "56B4E9", "000000", "7F7F7F")
NOTHING = "none"
_DARK, _GREY, _PALE = "262626", "595959", "D9D9D9"
_TITLE, _AXIS_TITLE, _SMALL = 1100, 900, 800
_POINTS, _INSET = 12_700, 60_000  # EMU: in a point, from the corner of a cell
# In 60,000ths of a degree.
_UPWARD, _ALMOST_LEVEL = -5_400_000, 1
_DASHES = ("dash", "sysDot", "dashDot", "lgDash")
_SYMBOLS = ("circle", "diamond", "square", "triangle", "x", "star", "plus", "dash")
_NATIVE: dict[str, Any] = {
    "column": BarChart, "bar": BarChart, "line": LineChart, "area": AreaChart, "scatter": ScatterChart,
    "bubble": BubbleChart,
}  # fmt: skip
# Of several marks in one chart the later stands before the earlier.
_DEPTH = ("area", "column", "bar", "scatter", "bubble", "line")
_OPTIONS = "http://schemas.microsoft.com/office/drawing/2017/03/chart"

Address = Callable[[str], str]
"""Turns a formula of the plan into the cells it names, with their sheet."""


def native(chart: Chart, address: Address) -> ChartBase:
    """The chart as openpyxl writes it."""
    groups = [_Group(chart, address, *key) for key in _group_keys(chart)]
    first: Any = groups[0].drawn
    for other in groups[1:]:
        first += other.drawn
    order = [series for group in groups for series in group.series]
    first.title = _title(chart.title, address, _TITLE)
    first.legend = _legend(chart, order)
    first.anchor, first.width, first.height = _anchor(chart), chart.width, chart.height
    first.display_blanks = "gap"
    first.roundedCorners = False
    first.graphical_properties = GraphicalProperties(solidFill="FFFFFF", ln=_line(_PALE, 0.75))
    first._write = partial(_with_gaps, first)
    drawn: ChartBase = first
    return drawn


def _anchor(chart: Chart) -> str | TwoCellAnchor:
    if not chart.until:
        return chart.anchor
    (top, left), (bottom, right) = map(parse_cell, (chart.anchor, chart.until))
    # A little within the cells, so that no frame lies on the edge of a page.
    begin = AnchorMarker(left - 1, _INSET, top - 1, _INSET)
    return TwoCellAnchor("twoCell", begin, AnchorMarker(col=right - 1, row=bottom - 1))


def _group_keys(chart: Chart) -> list[tuple[str, bool]]:
    """The marks and axes in use, those on the first axis first, each behind what must not cover it."""
    used = {(_drawn_as(chart, series), series.second_axis) for series in chart.series}
    return sorted(used, key=lambda key: (key[1], _DEPTH.index(key[0])))


def _drawn_as(chart: Chart, series: Series) -> str:
    if chart.kind in ("scatter", "bubble", "bar"):
        return chart.kind
    return series.mark or chart.kind


def _with_gaps(drawn: Any) -> Any:
    """The chart's XML, #N/A left out as a blank is; openpyxl has no class for that setting."""
    tree = type(drawn)._write(drawn)
    extensions = SubElement(tree.find("chart"), "extLst")
    extension = SubElement(extensions, "ext", {"uri": "{56B9EC1D-385E-4148-901F-78D8002777C0}"})
    options = SubElement(extension, f"{{{_OPTIONS}}}dataDisplayOptions16")
    SubElement(options, f"{{{_OPTIONS}}}dispNaAsBlank", {"val": "1"})
    return tree


class _Group:
    """The series of one mark on one pair of axes."""

    def __init__(self, chart: Chart, address: Address, mark: str, second: bool) -> None:
        self.chart, self.address, self.mark = chart, address, mark
        self.series = [s for s in chart.series if (_drawn_as(chart, s), s.second_axis) == (mark, second)]
        self.drawn: Any = _NATIVE[mark]()
        self.drawn.series = [self._native(series) for series in self.series]
        self.drawn.varyColors = False
        if mark in ("column", "bar"):
            self.drawn.type = "bar" if mark == "bar" else "col"
            self.drawn.gapWidth = 30 if len(self.series) == 1 or chart.stacked else 60
            self.drawn.overlap = 100 if chart.stacked or chart.overlaid else None
        if mark in ("column", "bar", "area", "line"):
            self.drawn.grouping = self._grouping()
        if mark == "scatter":
            self.drawn.scatterStyle = "lineMarker"
        if mark == "bubble":
            self.drawn.bubbleScale, self.drawn.showNegBubbles = 60, False
        _axes(chart, address, self.drawn, second=second)

    def _grouping(self) -> str:
        if self.mark != "line" and self.chart.stacked:
            return "stacked"
        return "clustered" if self.mark in ("column", "bar") else "standard"

    def _native(self, series: Series) -> Any:
        place = self.chart.series.index(series)
        colour = series.colour or PALETTE[place % len(PALETTE)]
        x_y = self.mark in ("scatter", "bubble")
        made: Any = (XYSeries if x_y else NativeSeries)(idx=place, order=place)
        made.tx = self._name(series.name)
        values = NumDataSource(numRef=NumRef(f=self.address(series.values)))
        if x_y:
            made.xVal = AxDataSource(numRef=NumRef(f=self.address(series.categories)))
            made.yVal = values
        else:
            made.val = values
            made.cat = self._categories(series)
        if self.mark == "bubble":
            made.bubbleSize = NumDataSource(numRef=NumRef(f=self.address(series.sizes)))
            made.bubble3D = False
        made.spPr = self._shape(series, colour, place)
        made.marker = self._marker(series, colour, place)
        made.invertIfNegative = False if self.mark in ("column", "bar", "bubble") else None
        made.smooth = False if self.mark in ("line", "scatter") else None
        made.dPt = [
            DataPoint(idx=n, invertIfNegative=False, spPr=_filled(one))
            for n, one in enumerate(series.colours)
        ]
        made.dLbls = self._labels(series) if colour != NOTHING else None
        return made

    def _name(self, name: str) -> SeriesLabel:
        if "{" in name:
            return SeriesLabel(strRef=StrRef(f=self.address(name)))
        return SeriesLabel(v=name)

    def _categories(self, series: Series) -> AxDataSource | None:
        if not series.categories:
            return None
        where = self.address(series.categories)
        if self.chart.x_format:
            return AxDataSource(numRef=NumRef(f=where))
        return AxDataSource(strRef=StrRef(f=where))

    def _shape(self, series: Series, colour: str, place: int) -> GraphicalProperties:
        if colour == NOTHING:
            return GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
        if self.mark == "line" or (self.mark == "scatter" and series.mark == "line"):
            dash = _DASHES[place % len(_DASHES)] if series.dashed else None
            return GraphicalProperties(ln=_line(colour, 2.0, dash))
        if self.mark == "scatter":
            return GraphicalProperties(ln=LineProperties(noFill=True))
        return _filled(colour)

    def _marker(self, series: Series, colour: str, place: int) -> Marker | None:
        if self.mark == "scatter" and series.mark != "line":
            symbol: Any = _SYMBOLS[place % len(_SYMBOLS)]
            return Marker(symbol=symbol, size=8, spPr=_filled(colour))
        return Marker(symbol="none") if self.mark in ("line", "scatter") else None

    def _labels(self, series: Series) -> DataLabelList | None:
        wanted = self.chart.labels
        if not wanted:
            return None
        beside = series.label_at or {"bubble": "r", "scatter": "r", "line": "t"}.get(self.mark)
        return DataLabelList(
            txPr=_text(_SMALL, _DARK), dLblPos=beside, showLegendKey=False, showVal=wanted == "value",
            showCatName=wanted == "category", showSerName=wanted == "series", showPercent=False,
            showBubbleSize=False,
        )  # fmt: skip


def _axes(chart: Chart, address: Address, drawn: Any, *, second: bool) -> None:
    """Set up the two axes of a group; those of the second stand apart, with no line of categories."""
    across, up = drawn.x_axis, drawn.y_axis
    if second:
        across.axId, up.axId = 30, 40
        across.crossAx, up.crossAx = up.axId, across.axId
    lying = chart.kind == "bar"
    across.axPos, up.axPos = ("l", "b") if lying else ("b", "r" if second else "l")
    _dress(across, chart.x_format)
    _dress(up, chart.second_format if second else chart.y_format)
    # The axis of categories lies at zero and is its line; the words stay at the edge.
    across.tickLblPos = "low"
    across.spPr = GraphicalProperties(ln=_line(_DARK, 1.0))
    across.majorGridlines = None
    up.spPr = GraphicalProperties(ln=LineProperties(noFill=True))
    up.crossBetween = "midCat" if isinstance(across, NumericAxis) else "between"
    up.majorGridlines = None if second else ChartLines(spPr=GraphicalProperties(ln=_line(_PALE, 0.5)))
    across.delete, up.delete = second, False
    up.scaling.min = 0.0 if chart.from_zero else None
    if second:
        up.crosses = "max"
        across.crosses = "autoZero"
    else:
        across.title = _title(chart.x_title, address, _AXIS_TITLE, turned=lying)
    y_title = chart.second_title if second else chart.y_title
    up.title = _title(y_title, address, _AXIS_TITLE, turned=not lying)
    if isinstance(across, TextAxis):
        across.noMultiLvlLbl = True
        across.tickLblSkip = across.tickMarkSkip = chart.skip or None
        across.majorTickMark = None
        across.auto = False
        if chart.x_format:
            # LibreOffice breaks words that lie quite level into letters, one below the other.
            across.txPr = _text(_SMALL, _GREY, angle=_ALMOST_LEVEL)
    if chart.x_most:
        across.scaling.min, across.scaling.max = 0.0, chart.x_most
    if chart.downward:
        across.scaling.orientation = "maxMin"
        up.crosses = "max"


def _dress(axis: _BaseAxis, number_format: str) -> None:
    axis.numFmt = NumFmt(formatCode=number_format or "General", sourceLinked=False)
    axis.txPr = _text(_SMALL, _GREY, angle=0)
    axis.majorTickMark, axis.minorTickMark = "out", None
    axis.tickLblPos = "nextTo"


def _legend(chart: Chart, order: list[Series]) -> Legend | None:
    if not chart.legend:
        return None
    unseen = [LegendEntry(idx=n, delete=True) for n, series in enumerate(order) if series.colour == NOTHING]
    position: Any = chart.legend
    return Legend(legendPos=position, legendEntry=unseen, overlay=False, txPr=_text(_AXIS_TITLE, _DARK))


def _title(title: str, address: Address, size: int, *, turned: bool = False) -> Title | None:
    if not title:
        return None
    look: dict[str, Any] = {"bold": size == _TITLE, "angle": _UPWARD if turned else None}
    if "{" in title:
        words = Text(strRef=StrRef(f=address(title)))
        return Title(tx=words, overlay=False, txPr=_text(size, _DARK, **look))
    return Title(tx=Text(rich=_text(size, _DARK, title, **look)), overlay=False)


def _text(
    size: int, colour: str, words: str = "", *, bold: bool = False, angle: int | None = None
) -> RichText:
    """The look of a text, in hundredths of a point, with its words where they stand in the chart itself."""
    look = partial(CharacterProperties, sz=size, b=bold, solidFill=colour)
    run = [RegularTextRun(rPr=look(), t=words)] if words else []
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=look()), r=run)
    body = RichTextProperties() if angle is None else RichTextProperties(rot=angle, vert="horz")
    return RichText(bodyPr=body, p=[paragraph])


def _line(colour: str, points: float, dash: Any = None) -> LineProperties:
    return LineProperties(w=round(points * _POINTS), solidFill=colour, prstDash=dash)


def _filled(colour: str) -> GraphicalProperties:
    return GraphicalProperties(solidFill=colour, ln=LineProperties(noFill=True))
