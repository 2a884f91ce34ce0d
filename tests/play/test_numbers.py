"""Every demonstration's numbers are those of the command that it prints."""

import math
import shlex

import numpy as np
import pytest

from sce_cli.play.floor import moved
from sce_cli.play.sample import SHOWN, WORDS
from sce_cli.translation import LANGUAGES, _, speak
from tests.each import for_each
from tests.play.conftest import document, frame, session

BEGINS = [
    "scores",
    "scores 3 -1 0.2 --temperature 0.5 --label 2",
    'scores cat=2 dog=1 fox=-inf --keys "right*7 down left < down down >"',
    "scores 1000 0 -800",
]


@for_each("line", BEGINS)
def test_scores_are_those_of_softmax(line: str) -> None:
    played = document(f"play {line}")
    ours = document(played["line"].removeprefix("sce "))
    np.testing.assert_allclose(played["prediction"], ours["prediction"], rtol=1e-12)
    label = played["state"]["label"]
    assert played["cross_entropy"] == pytest.approx(-ours["log_prediction"][label], rel=1e-12, abs=1e-12)
    target = np.eye(len(ours["prediction"]))[label]
    np.testing.assert_allclose(played["gradient"], ours["prediction"] - target, atol=1e-13)
    assert ours["temperature"] == played["state"]["temperature"]


def test_the_naive_formula_can_be_driven_to_no_number() -> None:
    driven = '"h right*10 >*30"'
    assert document(f"play scores --keys {driven}")["naive_prediction"][0] is None
    shown = "\n".join(frame(f"scores --keys {driven}"))
    assert "= ∞ / ∞ = no number (nan)" in shown
    assert "no number" not in "\n".join(frame('scores --keys "right*10 >*30"'))  # without h it isn't shown
    assert "1.000000" in shown  # softmax itself goes on


@for_each(
    "line",
    [
        "hill --probability 0.6",
        "hill 3 1 --probability 0.75",
        "hill 1 1 --names heads,tails",
        'hill --keys "w*14 b*16"',
    ],
)
def test_the_hill_on_its_peak_is_that_of_mle(line: str) -> None:
    played = document(f"play {line}")
    assert played["line"].startswith("sce mle ")
    ours = document(played["line"].removeprefix("sce "))
    assert played["likelihood"] == pytest.approx(ours["peak"]["likelihood"], rel=1e-12)
    assert played["log_likelihood"] == pytest.approx(ours["peak"]["log_likelihood"], rel=1e-12)
    assert played["entropy"] == pytest.approx(ours["entropy"], rel=1e-12)
    assert played["estimate"] == ours["estimate"][0]
    assert played["slope"] == pytest.approx(0, abs=1e-9)
    assert played["divergence"] == pytest.approx(0, abs=1e-15)


@for_each("line", ["hill", "hill 6 4 --probability 0.3", 'hill 2 5 --keys "right*9 b"'])
def test_the_hill_elsewhere_goes_on_where_it_was(line: str) -> None:
    played = document(f"play {line}")
    again = document(played["line"].removeprefix("sce "))
    assert {**again, "line": ""} == {**played, "line": ""}
    p, (first, second) = played["state"]["p"], played["state"]["counts"]
    q = first / (first + second)
    entropy = document(f"entropy {q},{1 - q} {p},{1 - p}")
    assert played["mean_loss"] == pytest.approx(entropy["cross_entropy"], rel=1e-12)
    assert played["divergence"] == pytest.approx(entropy["divergence"], rel=1e-9)
    assert played["slope"] == pytest.approx(first / p - second / (1 - p), rel=1e-12)


@for_each(
    "line",
    [
        "floor",
        "floor 0.7,0.2,0.1 0.5,0.3,0.2 --names a,b,c",
        'floor 2:1 --keys "x right*3 down down >"',
        "floor 1,0 0.5,0.5 --keys x",
    ],
)
def test_the_floor_is_that_of_entropy(line: str) -> None:
    played = document(f"play {line}")
    assert played["line"].startswith("sce entropy ")
    ours = document(played["line"].removeprefix("sce "))
    for name in ("entropy", "cross_entropy", "divergence"):
        assert float(played[name]) == pytest.approx(float(ours[name]), rel=1e-12, abs=1e-15)


def test_moving_p_leaves_the_floor_and_moving_q_does_not() -> None:
    here, p_moved, q_moved = (document(f"play floor --keys {keys!r}") for keys in ("r", "right*9", "down*2 right*9"))
    assert here["entropy"] == p_moved["entropy"] != q_moved["entropy"]
    assert p_moved["divergence"] != here["divergence"] != q_moved["divergence"]


@for_each("shares", [(0.6, 0.4), (1.0, 0.0), (0.0, 1.0, 0.0), (1 / 3, 1 / 3, 1 / 3), (0.5, 0.3, 0.2, 0.0)])
def test_a_moved_distribution_sums_to_one_in_hundredths(shares: tuple[float, ...]) -> None:
    for place in range(len(shares)):
        for steps in (-100, -10, -1, 1, 10, 100):
            after = moved(shares, place, steps)
            assert sum(round(100 * share) for share in after) == 100
            assert all(share == round(100 * share) / 100 >= 0 for share in after)
            assert math.isclose(after[place], min(max(round(shares[place], 2) + steps / 100, 0), 1), abs_tol=1e-9)


@for_each("t", [-10, -4, -0.3, 0, 2.5, 10])
def test_wrong_is_grad_at_these_scores(t: float) -> None:
    played = document(f"play wrong {t}")
    ours = document(played["line"].removeprefix("sce "))
    np.testing.assert_allclose(played["prediction"], ours["prediction"], rtol=1e-12)
    assert played["cross_entropy"] == pytest.approx(ours["surprise"][0], rel=1e-12)
    p = played["prediction"]
    assert played["cross_entropy_slope"] == pytest.approx(-p[1], rel=1e-12)
    assert played["squared_error"] == pytest.approx(p[1] ** 2, rel=1e-9)
    assert played["squared_error_slope"] == pytest.approx(-2 * p[0] * p[1] ** 2, rel=1e-9)


def test_sure_and_wrong_one_slope_stays_and_the_other_dies() -> None:
    far = document("play wrong -10")
    assert far["cross_entropy_slope"] == pytest.approx(-1, abs=1e-4)
    assert abs(far["squared_error_slope"]) < 1e-4


@for_each("line", ["steps", "steps --learning-rate 2 --steps 5", 'steps 3 1 --keys "> space*9"', "steps --parabola"])
def test_steps_go_on_where_they_were(line: str) -> None:
    played = document(f"play {line}")
    again = document(played["line"].removeprefix("sce "))
    assert {**again, "line": ""} == {**played, "line": ""}


@for_each("names", ["-$(touch it),b", "-a b,-c;d", "-it's,x"])
def test_a_line_to_go_on_with_is_safe_to_paste(names: str) -> None:
    played = document(shlex.join(["play", "hill", "2", "1", "--names", names]))
    assert shlex.split(played["line"])[5:7] == ["--names", names]
    assert document(played["line"].removeprefix("sce "))["state"] == played["state"]


def test_a_step_is_the_rate_times_the_slope() -> None:
    before, after = (document(f"play steps --learning-rate 3 --steps {steps}") for steps in (1, 2))
    assert after["logit"] == pytest.approx(before["logit"] - 3 * before["slope"], rel=1e-14)
    z, (first, second) = before["logit"], before["state"]["counts"]
    q = first / (first + second)
    assert before["slope"] == pytest.approx(1 / (1 + math.exp(-z)) - q, rel=1e-12)
    loss = document(f"entropy --target {q},{1 - q} --logits {z},0")["cross_entropy"]
    assert before["loss"] == pytest.approx(loss, rel=1e-12)


@pytest.mark.parametrize(
    ("rate", "start", "said"),
    [
        (0.5, -4, "It creeps"),
        (4, -4, "Straight there"),
        (7, -2, "A zigzag"),
        (8.3, 1, "A zigzag"),
        (8.4, 1, "A cycle"),
        (12, -4, "A cycle"),
    ],
)
def test_the_last_step_is_described(rate: float, start: float, said: str) -> None:
    lines = frame(f"steps --learning-rate {rate} --start {start} --steps 2")
    assert [line for line in lines if said in line], lines


@for_each("line", ["steps --learning-rate 8.3 --start -0.4", "steps 7 3 --learning-rate 9.4"])
def test_a_zigzag_is_called_nearer_only_where_it_is(line: str) -> None:
    for count in range(1, 30):
        played = f"{line} --steps {count}"
        trail, optimum = session(played).state.trail, document(f"play {played}")["optimum"]  # type: ignore[attr-defined]
        before, here = (z - optimum for z in trail[-2:])
        said = "\n".join(frame(played))
        assert ("and nearer" in said) == (before * here < 0 and abs(here) < abs(before)), played


@for_each("keys", ["n", "l l n", "n l", "n + l n", "o l n", "n f l n"])
def test_the_learning_rate_is_the_one_that_is_printed(keys: str) -> None:
    played = document(f'play train moons --keys "{keys}"')
    again = document(played["line"].removeprefix("sce "))
    assert again["runs"][0]["learning_rate"] == pytest.approx(played["learning_rate"], rel=1e-12)
    assert again["arguments"]["l2"] == played["state"]["l2"]


def test_beyond_the_bound_the_loss_goes_round_and_the_parabola_runs_away() -> None:
    loss = session("steps --learning-rate 9 --steps 400").state
    trail = np.array(loss.trail)  # type: ignore[attr-defined]
    assert np.abs(trail[-4:] - trail[-2:].tolist() * 2).max() < 1e-6  # a cycle of two
    assert abs(trail[-1] - trail[-2]) > 1
    away = np.abs(np.array(session("steps --learning-rate 9 --steps 40 --parabola").state.trail))  # type: ignore[attr-defined]
    assert away[-1] > 10 * away[-20]
    settled = document("play steps --learning-rate 8.3 --start 1 --steps 1000")
    assert settled["logit"] == pytest.approx(settled["optimum"], abs=0.05)


def test_the_bound_is_shown_only_after_it_was_met() -> None:
    def bound(line: str) -> tuple[bool, object]:
        return "8.333" in "\n".join(frame(line)), document(f"play {line}")["bound"]

    assert bound("steps --learning-rate 9") == (False, None)
    assert bound('steps --learning-rate 8 --keys "space*30"') == (False, None)
    shown, number = bound('steps --learning-rate 9 --keys "space*3"')
    assert (shown, number) == (True, pytest.approx(2 / 0.24))
    assert bound('steps --learning-rate 9 --keys "space*3 <"')[0]  # once met, it stays


@for_each("line", ["sample", "sample --draws 300 --seed 4", 'sample --temperature 0.5 --keys "n*5"'])
def test_a_sample_goes_on_where_it_was(line: str) -> None:
    played = document(f"play {line}")
    again = document(played["line"].removeprefix("sce "))
    assert {**again, "line": ""} == {**played, "line": ""}
    scores = ",".join(map(str, played["logits"]))
    ours = document(f"softmax --logits {scores} --temperature {played['state']['temperature']}")
    np.testing.assert_allclose(played["prediction"], ours["prediction"], rtol=1e-12)
    assert played["entropy"] == pytest.approx(ours["entropy"], rel=1e-12)


def test_the_tally_approaches_p() -> None:
    few, many = (document(f"play sample --draws {draws}") for draws in (100, 100_000))
    off = [np.abs(np.subtract(one["share"], one["prediction"])).max() for one in (few, many)]
    assert off[1] < 5 * math.sqrt(0.25 / 100_000) < off[0]


def test_every_word_is_shown_in_every_language() -> None:
    assert SHOWN.split() == [*WORDS]
    try:
        for language in LANGUAGES:
            speak(language)
            assert len(_(SHOWN).split()) == len(WORDS)
    finally:
        speak("en")


def test_draws_one_by_one_are_those_of_one_burst() -> None:
    single, burst = session('sample --keys "n*40"').state, session("sample --draws 40").state
    assert single.tally == burst.tally  # type: ignore[attr-defined]


@for_each(
    "line",
    [
        'train --keys "n*7"',
        "train spiral --expand 3 --epochs 12",
        "train circles --expand 2 --optimizer momentum --epochs 9",
        'train moons --optimizer sgd --seed 3 --keys "n*4"',
        "train xor --expand sines --optimizer adam --learning-rate 0.02 --l2 0 --epochs 8",
        'train iris --optimizer newton --keys "n*3"',
        "train penguins --features bill_length_mm,body_mass_g --epochs 5",
        'train --keys "n*3 f n*4 o n*2 l d n*6"',
    ],
)
def test_a_training_is_that_of_train(line: str) -> None:
    played = document(f"play {line}")
    assert played["line"].startswith("sce train ")
    [ours] = document(played["line"].removeprefix("sce "))["runs"]
    for name in ("train_loss", "test_loss", "train_accuracy", "test_accuracy"):
        assert played[name] == ours[name][-1]
    assert played["epochs"] == len(ours["train_loss"]) - 1
    assert played["learning_rate"] == ours["learning_rate"]


def test_before_the_first_epoch_a_training_goes_on_as_a_demonstration() -> None:
    played = document("play train circles --expand 2 --optimizer adam --l2 0.01")
    again = document(played["line"].removeprefix("sce "))
    assert again == played
    assert played["train_loss"] == pytest.approx(math.log(2), rel=1e-15)


def test_the_spiral_is_learnt_with_cubes_or_sines_only() -> None:
    reached = {
        expand: document(f"play train spiral {expand} --optimizer newton --epochs 30")["train_accuracy"]
        for expand in ("", "--expand 3", "--expand sines")
    }
    assert reached[""] == pytest.approx(0.52, abs=0.03)
    assert min(reached["--expand 3"], reached["--expand sines"]) > 0.95


@for_each("data", ["circles", "xor"])
def test_squares_help_circles_and_xor(data: str) -> None:
    straight, bent = (
        document(f"play train {data} {expand} --epochs 100")["test_accuracy"] for expand in ("", "--expand 2")
    )
    assert straight < 0.65 < 0.95 < bent
