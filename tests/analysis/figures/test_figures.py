"""Figures are whole SVG elements, the same each time, and can stand together in one page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from daybreak.analysis.figures.flow import FlowBox, FlowFigure, draw_flow, must_add_up
from daybreak.analysis.figures.look import MARKS, marks, spread, themed
from daybreak.core.errors import ExportError
from tests.analysis.figures import drawn

FIGURES = pytest.mark.parametrize("draw", drawn.ALL, ids=lambda draw: draw.__name__)


@FIGURES
def test_a_figure_drawn_twice_is_the_same(draw: Callable[[], str]) -> None:
    assert draw() == draw()


@FIGURES
def test_a_figure_is_one_element_without_date_maker_or_address(draw: Callable[[], str]) -> None:
    text = draw()
    assert ElementTree.fromstring(text).tag == "{http://www.w3.org/2000/svg}svg"
    assert "metadata" not in text
    assert set(re.findall(r"https?://[^\"']+", text)) <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_no_two_figures_share_an_id_and_each_reference_leads_somewhere() -> None:
    texts = [draw() for draw in drawn.ALL] + [drawn.means(("all together",), "pooled")]
    ids = [name for text in texts for name in re.findall(r'\bid="([^"]+)"', text)]
    assert [name for name, times in Counter(ids).items() if times > 1] == []
    used = {name for text in texts for name in re.findall(r'(?:href="#|url\(#)([^")]+)', text)}
    assert used - set(ids) == set()


def test_a_figure_follows_the_theme_of_its_page_and_keeps_its_printed_colours() -> None:
    text = themed(drawn.means())
    assert "var(--group-1, #0068a5)" in text
    assert re.search(r"(?<!, )#2b2329", text) is None
    ElementTree.fromstring(text)


def test_one_group_alone_has_no_group_s_colour() -> None:
    assert marks(("all together",))["all together"].colour not in {mark.colour for mark in MARKS}
    assert len({(mark.marker, str(mark.dash)) for mark in marks(drawn.GROUPS).values()}) == 3


def test_labels_keep_their_order_and_their_distance() -> None:
    places = spread([1.0, 1.1, 5.0, 1.05], 0.5)
    assert sorted(range(4), key=lambda place: places[place]) == [0, 3, 1, 2]
    ordered = sorted(places)
    assert all(later - earlier > 0.499 for earlier, later in pairwise(ordered))
    assert places[2] == 5.0


def test_the_flow_of_people_must_add_up() -> None:
    assert "Randomised (n\u00a0=\u00a0154)" in drawn.flow()
    with pytest.raises(ExportError, match="154 people go on from 'Assessed for eligibility', and 153 are in"):
        drawn.flow(randomised=153)


def test_the_groups_of_the_flow_must_add_up_to_the_randomised() -> None:
    columns = (drawn.boxes("one", 53, 50), drawn.boxes("other", 50, 50))
    with pytest.raises(ExportError, match="104 people go on from 'Randomised', and 103 are in 'all groups'"):
        must_add_up(FlowFigure("flow", (FlowBox("Randomised", 104),), columns))


def test_the_parts_of_a_box_must_add_up_to_it() -> None:
    box = FlowBox("Follow-up", 50, parts=(("reached day 30", 40), ("left", 9)))
    with pytest.raises(ExportError, match="50 people go on from 'Follow-up', and 49 are in 'its parts'"):
        must_add_up(FlowFigure("flow", (FlowBox("Allocated", 50),), ((box,),)))


def test_words_in_the_flow_never_leave_their_box() -> None:
    reason = "moved to another country and could not be reached by telephone any more although we tried"
    text = draw_flow(FlowFigure("flow", (FlowBox("Assessed", 3, "Excluded & gone", ((reason, 1),)),), ()))
    lines = ElementTree.fromstring(text).findall(".//{http://www.w3.org/2000/svg}text")
    assert max(len(line.text or "") for line in lines) < 60
    assert any("&" in (line.text or "") for line in lines)
