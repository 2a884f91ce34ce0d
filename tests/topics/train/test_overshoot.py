"""What a class sees of steps that are too long, and of data without a minimiser, through the command line."""

import json

import pytest

from tests.running import run_sce


def words(text: str) -> str:
    return " ".join(text.split())


def test_an_overshoot_goes_on_and_is_shown_epoch_by_epoch() -> None:
    run = run_sce("train", "--data", "penguins", "--learning-rate", "200", "--epochs", "20")
    assert run.exit_code == 1
    said = words(run.stdout)
    assert "✗ gd overshot in epoch 1: η is too large. F rose above its start, 1.099 nats, to 33.90 nats" in said
    assert "and is 1.646 nats after 20 epochs. Try --learning-rate 0.7" in said
    assert "F in nats over the first epochs; ╌ F at the start" in said
    assert "no model" not in said
    assert "diverged" not in said
    assert "Result: test accuracy 92.8% (64 of 69)" in said
    assert "; gd overshot. Try --learning-rate 0.7" in said


def test_a_run_that_came_back_is_told_from_one_that_is_still_above() -> None:
    back = run_sce("train", "--data", "iris", "--learning-rate", "20")
    assert back.exit_code == 1
    assert "The run came back below its start." in words(back.stdout)
    above = run_sce("train", "--data", "iris", "--learning-rate", "200")
    assert above.exit_code == 1
    assert "The run is still above its start" in words(above.stdout)


def test_the_json_says_which_it_was() -> None:
    def outcome(*options: str) -> tuple[str, int]:
        run = run_sce("train", "--json", *options)
        return json.loads(run.stdout)["runs"][0]["outcome"], run.exit_code

    assert outcome("--learning-rate", "200") == ("overshot", 1)
    assert outcome("--learning-rate", "2100") == ("diverged", 1)
    assert outcome("--learning-rate", "200", "--l2", "0.02") == ("diverged", 1)
    assert outcome("--learning-rate", "1e308", "--l2", "0") == ("diverged", 1)
    assert outcome("--learning-rate", "0.5") == ("stopped at the step limit", 0)


def test_an_overshoot_is_drawn_by_its_logarithm_where_it_went_far() -> None:
    run = run_sce("train", "--learning-rate", "2100", COLUMNS="60")
    assert "F in nats over the first epochs, on a log axis; ╌ F at the start" in words(run.stdout)
    assert "diverged from epoch 1 on" in words(run.stdout)
    assert max(map(len, run.stdout.splitlines())) <= 60


def test_before_the_first_step_all_classes_tie() -> None:
    run = run_sce("train", "--epochs", "5")
    assert "All classes tie: there is no answer yet that could be right." in words(run.stdout)
    (first,) = [line.split() for line in run.stdout.splitlines() if line.split()[:1] == ["0"] and "1.099" in line]
    assert first[-2:] == ["tie", "tie"]
    assert "33.3%" not in run.stdout


@pytest.mark.parametrize("optimizer", ["gd", "newton"])
def test_without_a_minimiser_nothing_converges(optimizer: str) -> None:
    run = run_sce("train", "blobs", "--features", "x1,x2", "--l2", "0", "--epochs", "60", "--optimizer", optimizer)
    assert "diverged" not in run.stdout
    separable = run_sce("train", "penguins", "--l2", "0", "--epochs", "60", "--optimizer", optimizer)
    said = words(separable.stdout)
    assert "F has no minimiser without L2, and however small the gradient gets, nothing converges" in said
    assert "converged" not in said
    assert "ever more slowly" not in said
    assert separable.exit_code == 0


def test_a_penalty_makes_w_unique_and_leaves_b_its_shift() -> None:
    assert "The penalty takes it out of W, whose least F has only one; b keeps it." in words(run_sce("train").stdout)
    without = words(run_sce("train", "--l2", "0").stdout)
    assert "a shift of W and b that all classes share, so no W and b are the only ones" in without


def test_the_hessian_of_newton_has_the_penalty() -> None:
    assert "H = mean J ⊗ x xᵀ + λ on W" in run_sce("train", "--optimizer", "newton").stdout


def test_why_there_is_a_descent_at_all() -> None:
    assert "there is no closed form, as p̂ = n/N was for the balls" in words(run_sce("train").stdout)
