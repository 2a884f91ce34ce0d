"""How numbers are printed: as many digits as are asked for, never as something that they aren't."""

import math

from sce_cli.drawing import numbers
from tests.each import for_each


@for_each(
    "value,text",
    [
        (0.6590011, "0.6590"),
        (0.6, "0.6"),
        (0.1 + 0.2, "0.3"),
        (4.0, "4"),
        (-6.730117, "-6.730"),
        (0.0011943936, "0.001194"),
        (12345.6, "12345.6"),
        (1 - 1e-15, "0.999999999999999"),
        (2.00000001, "2.00000001"),
        (2 - 2**-52, "2"),
        (1.5e-9, "1.5e-9"),
        (math.inf, "∞"),
    ],
)
def test_a_number_shows_a_few_digits_and_tells_when_it_goes_on(value: float, text: str) -> None:
    assert numbers.number(value) == text


def test_more_digits_are_shown_where_they_are_asked_for_or_needed() -> None:
    assert numbers.number(0.6590011, need=6) == "0.659001"
    with numbers.with_digits(8):
        assert numbers.number(0.65900114) == "0.65900114"
        assert numbers.entry(0.65900114) == "0.65900114"
    with numbers.with_digits(3):
        assert numbers.number(0.65900114) == "0.659"
        assert numbers.number(0.65900114, need=5) == "0.65900"
    assert numbers.number(0.65900114) == "0.6590"


@for_each(
    "values,texts",
    [
        ([2.0, 1.0, 0.1], ["2.0", "1.0", "0.1"]),
        ([500 / 9, 4.0, 0.0, -100 / 3], ["55.56", "4.00", "0.00", "-33.33"]),
        ([0.9999, 5.6e-9], ["0.9999", "5.6e-9"]),
        ([math.inf, 1.0, 2.5], ["∞", "1.0", "2.5"]),
        ([3.0, 10.0], ["3", "10"]),
        ([], []),
    ],
)
def test_the_points_of_a_column_stand_below_each_other(values: list[float], texts: list[str]) -> None:
    assert numbers.column(values) == texts
