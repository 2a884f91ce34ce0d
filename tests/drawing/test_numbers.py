"""How numbers are printed: as many digits as are asked for, never as something that they aren't."""

import math
import re

from sce_cli.drawing import numbers
from tests.each import for_each
from tests.running import run_sce


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


@for_each(
    "line",
    [
        "mle --white 60 --black 40",
        "grad",
        "grad 2 1 0.1 --step-size 1e-9",
        "grad 2 1 0.1 --method forward --bug factor-two",
        "softmax 1000 0 0",
        "entropy --target 0.5,0.5 --prediction 0.5000001,0.4999999",
    ],
)
def test_a_power_of_ten_is_written_in_one_way(line: str) -> None:
    shown = run_sce(*line.split()).stdout
    assert re.findall(r".*\de(?:[+]|-0).*", shown) == []
