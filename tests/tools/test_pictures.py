"""Pictures in built lessons: fewer colours, fewer bytes, and nothing that the eye would see."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from build_lessons import in_few_colours


def png(pixels):
    made = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(made, "PNG")
    return base64.b64encode(made.getvalue()).decode()


def pixels(picture):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(picture))).convert("RGB"))


@pytest.fixture(scope="module")
def chart():
    """Return a white page with a blue bar whose edge fades through 200 shades, as text does."""
    page = np.full((300, 400, 3), 255)
    page[50:250, 40:160] = [0, 114, 178]
    page[50:250, 160:360] = np.linspace([0, 114, 178], [255, 255, 255], 200)
    return page


def test_a_chart_keeps_its_colours_exactly_where_256_are_enough(chart):
    assert np.array_equal(pixels(in_few_colours(png(chart))), chart)


def test_a_chart_with_transparency_off_gets_smaller(chart):
    opaque = np.dstack([chart, np.full(chart.shape[:2], 255)])
    noise = np.random.default_rng(1).integers(0, 3, opaque.shape)  # a few thousand near shades
    picture = png(np.clip(opaque - noise * [1, 1, 1, 0], 0, 255))
    few = in_few_colours(picture)
    assert len(few) < 0.6 * len(picture)
    assert np.abs(pixels(few).astype(int) - pixels(picture)).max() <= 16


def test_the_same_picture_gives_the_same_bytes_and_a_second_round_changes_none(chart):
    few = in_few_colours(png(chart))
    assert in_few_colours(png(chart)) == few
    assert in_few_colours(few) == few


def test_a_photograph_is_left_alone():
    across, down = np.meshgrid(np.arange(256), np.arange(256))
    picture = png(np.dstack([across, down, 255 - (across + down) // 2]))
    assert in_few_colours(picture) == picture


def test_a_transparent_picture_is_left_alone(chart):
    picture = png(np.dstack([chart, np.full(chart.shape[:2], 128)]))
    assert in_few_colours(picture) == picture
