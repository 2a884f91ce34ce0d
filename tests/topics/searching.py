"""What the searches over the whole range of valid input hold every study against."""

import json
from io import StringIO

from sce_cli.drawing.plot import render
from sce_cli.drawing.screen import Screen
from sce_cli.present import Outputs, Presentation
from sce_cli.present.document import as_json
from sce_cli.study import Explained, Study, View
from sce_cli.units import Unit

RUNS = 5000

SHOWN = 25
"""One of so many studies is drawn, too."""


def failed(study: Study) -> list[str]:
    """Return the claims that fail, with their errors."""
    return [f"{one.english}: {one.error} > {one.tolerance}" for one in study.checks if not one.holds]


def assert_shown(view: View, study: Study) -> None:
    """Draw all that the view says, in each unit, and write the JSON document, which knows no NaN."""
    for unit in Unit:
        screen = Screen(StringIO(), ascii_only=unit is Unit.BITS, width=80)
        steps = view.steps(study, unit)
        screen.print(view.title(study), *(step.body for step in steps), view.result(study, unit))
        for question in (step.question for step in steps if step.question is not None):
            screen.print(question.ask, question.why, *question.choices)
        shown = screen.text.split()
        assert not {"nan", "(nan,", "nan,", "nan."} & set(shown), shown
    document = as_json(Presentation("search", {}, Explained(study, lambda: view), Outputs()))
    assert "null" not in json.dumps(json.loads(document, parse_constant=str)["checks"])


def show(view: View, study: Study, *, draw: bool) -> None:
    """Show a study, make its files, and draw its figure if that is asked for; what can't be shown raises."""
    assert_shown(view, study)
    if draw:
        figure = view.figures()["plot"]
        render(lambda: figure(study, Unit.NATS), "svg")
    for content in view.files().values():
        content(study)
