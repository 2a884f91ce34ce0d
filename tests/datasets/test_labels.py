"""The order of the classes."""

from pathlib import Path

from sce_cli.datasets import load
from tests.each import for_each


@for_each(
    ("labels", "names"),
    [
        (["10", "9", "2"], ("2", "9", "10")),
        (["10", "-1", "+3"], ("-1", "+3", "10")),
        (["10", "9", "b"], ("10", "9", "b")),
        (["1.0", "10.0", "9.0"], ("1.0", "10.0", "9.0")),
        (["b", "a", " b "], ("a", "b")),
        (["#", "é", "e", "日本"], ("#", "e", "é", "日本")),
        (["9" * 5000, "8"], ("8", "9" * 5000)),
        (['"a, b"', '"say ""a"""'], ("a, b", 'say "a"')),
    ],
)
def test_classes_are_in_numerical_order_if_all_are_whole_numbers(labels: list[str], names: tuple[str, ...]) -> None:
    Path("t.csv").write_text("\n".join(["x,kind"] + [f"1,{label}" for label in labels]), encoding="utf-8")
    table = load("t.csv")
    assert table.class_names == names
