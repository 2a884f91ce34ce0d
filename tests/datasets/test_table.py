"""Picture shapes, and columns moved in place."""

import numpy as np

from sce_cli.datasets import load, picture_shape
from sce_cli.datasets.table_rows import ROWS_AT_ONCE, first_unusable, keep_columns
from tests.each import for_each

DIGITS = load("digits").feature_names


@for_each(
    ("names", "shape"),
    [
        (DIGITS, (8, 8)),
        (["pixel_0_0"], (1, 1)),
        (["pixel_0_0", "pixel_0_1", "pixel_0_2", "pixel_1_0", "pixel_1_1", "pixel_1_2"], (2, 3)),
        (["pixel_0_0", "pixel_1_0", "pixel_0_1", "pixel_1_1"], None),
        (DIGITS[::-1], None),
        (DIGITS[1:], None),
        (["pixel_0_0", "pixel_0_01"], None),
        (["pixel_9999_9999"], None),
        (["x0", "x1"], None),
        ([], None),
    ],
)
def test_pixels_row_by_row_are_a_picture(names: list[str], shape: tuple[int, int] | None) -> None:
    assert picture_shape(names) == shape


@for_each("rows", [1, ROWS_AT_ONCE, 2 * ROWS_AT_ONCE + 3])
@for_each("places", [(0, 1, 2, 3), (3, 2, 1, 0), (0, 1, 2), (1, 2, 3), (3, 1), (2,)])
def test_columns_are_kept_in_place(rows: int, places: tuple[int, ...]) -> None:
    array = np.random.default_rng(4).normal(size=(rows, 4))
    expected = array[:, places].copy()
    kept = keep_columns(array, places)
    assert np.array_equal(kept, expected)
    assert kept.flags.c_contiguous
    assert np.shares_memory(kept, array)


@for_each("row", [0, ROWS_AT_ONCE - 1, ROWS_AT_ONCE, ROWS_AT_ONCE + 7])
@for_each("bad", [np.nan, np.inf, -np.inf])
def test_the_first_entry_that_is_not_finite_is_found(row: int, bad: float) -> None:
    array = np.zeros((ROWS_AT_ONCE + 8, 3))
    assert first_unusable(array) is None
    array[row, 1] = array[-1, 2] = bad
    assert first_unusable(array) == (row, 1)
