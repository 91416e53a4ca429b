import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes

from tinytorch.explore.chart import new_figure
from tinytorch.explore.labels import Box, Labels, Spot, extent_of, spots_around

numbers = st.floats(-100, 100)
boxes = st.builds(
    lambda x, y, width, height: Box(x, y, x + width, y + height),
    *[numbers, numbers, st.floats(0.1, 50), st.floats(0.1, 50)],
)


def settled_axes() -> Axes:
    """Give axes from 0 to 1 that stay where they are."""
    figure, axes = new_figure()
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    return axes


@given(boxes, boxes)
def test_overlap_is_mutual_and_never_more_than_a_box(one: Box, other: Box) -> None:
    assert one.overlap(other) == other.overlap(one)
    assert one.overlap(one) == pytest.approx((one.right - one.left) * (one.top - one.bottom))
    assert 0 <= one.overlap(other) <= one.overlap(one) * (1 + 1e-12)
    assert one.outside(other) == pytest.approx(one.overlap(one) - one.overlap(other))


@given(boxes, numbers, numbers, numbers, numbers)
def test_a_line_lies_inside_for_a_part_of_its_length(
    box: Box, x: float, y: float, to_x: float, to_y: float
) -> None:
    inside = box.length_inside(((x, y), (to_x, to_y)))
    assert 0 <= inside <= math.dist((x, y), (to_x, to_y)) * (1 + 1e-12)
    assert inside == pytest.approx(box.length_inside(((to_x, to_y), (x, y))), abs=1e-6)


def test_a_line_through_a_box_is_cut_at_its_edges() -> None:
    box = Box(0, 0, 10, 10)
    assert box.length_inside(((-5, 5), (20, 5))) == pytest.approx(10)
    assert box.length_inside(((5, -5), (5, 20))) == pytest.approx(10)
    assert box.length_inside(((2, 2), (2, 2))) == 0
    assert box.length_inside(((-5, 11), (20, 11))) == 0
    assert box.length_inside(((0, 0), (10, 10))) == pytest.approx(math.sqrt(200))


def test_positions_on_paper_and_in_the_data_are_each_others_inverse() -> None:
    labels = Labels(settled_axes())
    assert labels.to_data(*labels.to_points(0.3, 0.7)) == pytest.approx((0.3, 0.7))
    assert labels.to_points(0, 0) == pytest.approx((labels.bounds.left, labels.bounds.bottom))
    assert labels.to_points(1, 1) == pytest.approx((labels.bounds.right, labels.bounds.top))


def test_words_give_way_to_marks_and_to_the_edge() -> None:
    labels = Labels(settled_axes())
    x, y = labels.to_points(0.5, 0.5)
    labels.keep_clear(0.5, 0.5, 10)
    spots = [
        Spot(x, y, "center"),
        Spot(labels.bounds.right, y),
        Spot(x, y + 40, "center", cost=5.0),
    ]
    assert labels.write("word", spots) == spots[2]


def test_words_cross_a_line_only_where_nothing_else_is_left() -> None:
    labels = Labels(settled_axes())
    labels.avoid_line((0, 0.5), (1, 0.5))
    x, y = labels.to_points(0.5, 0.5)
    on, above = Spot(x, y), Spot(x, y + 20, cost=5.0)
    assert labels.write("word", [on, above]) == above
    assert labels.write("other", [on]) == on


def test_of_two_equal_spots_the_first_is_taken() -> None:
    labels = Labels(settled_axes())
    x, y = labels.to_points(0.5, 0.5)
    assert labels.write("word", [Spot(x, y), Spot(x, y + 30)]) == Spot(x, y)


def test_ten_names_of_one_mark_lie_apart() -> None:
    axes = settled_axes()
    labels = Labels(axes)
    labels.keep_clear(0.5, 0.5, 5)
    place = labels.to_points(0.5, 0.5)
    names = [f"name {index}" for index in range(10)]
    labels.write_all([(name, spots_around(*place, 5, name)) for name in names])
    assert [text.get_text() for text in axes.texts] == names
    extents = [text.get_window_extent() for text in axes.texts]
    for index, extent in enumerate(extents):
        assert not any(extent.padded(-1).overlaps(other.padded(-1)) for other in extents[:index])


def test_more_lines_are_higher_and_longer_words_wider() -> None:
    width, height = extent_of("word")
    assert extent_of("word\nword") == (width, 2 * height)
    assert extent_of("word word")[0] > width
