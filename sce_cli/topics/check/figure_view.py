"""The figure of a class: what each function came to, and the mistakes that are made most."""

from typing import TYPE_CHECKING

from sce_cli.topics.check.judging import RIGHT
from sce_cli.topics.check.signatures import OURS
from sce_cli.topics.check.study import ClassStudy
from sce_cli.translation import _, ngettext
from sce_cli.units import Unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_DRAWN = 8
"""Mistakes that have a bar."""


def figure(study: ClassStudy, unit: Unit) -> "Figure":
    """Draw a bar a function, right and wrong files side by side in it, and a bar for each frequent mistake."""
    from sce_cli.drawing.plot import panels

    count = len(study.files)
    title = ngettext("What {count} program computes", "What {count} programs compute", count).format(count=count)
    drawing, (left, right) = panels(2, title)
    drawing.set_size_inches(13, 4.9)
    _draw_functions(left, study)
    _draw_mistakes(right, study)
    return drawing


def _draw_functions(axes: "Axes", study: ClassStudy) -> None:
    outcomes = {ours: [one.outcome for file in study.files for one in file.found if one.name == ours] for ours in OURS}
    shown = [ours for ours in OURS if outcomes[ours]]
    right = [outcomes[ours].count(RIGHT) for ours in shown]
    wrong = [len(outcomes[ours]) - outcomes[ours].count(RIGHT) for ours in shown]
    places = range(len(shown))
    axes.barh(places, right, 0.7, color="C0", edgecolor="white", label=_("right"))
    axes.barh(places, wrong, 0.7, left=right, color="C1", hatch="//", edgecolor="white", label=_("not right"))
    axes.set_yticks(places, shown)
    _finish(axes, _("files by function"), max([a + b for a, b in zip(right, wrong, strict=True)], default=1))
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1.0), ncols=2, frameon=False)


def _draw_mistakes(axes: "Axes", study: ClassStudy) -> None:
    most = study.frequent[:MOST_DRAWN]
    axes.barh(range(len(most)), [one.files for one in most], 0.7, color="C2", edgecolor="white")
    axes.set_yticks(range(len(most)), [one.mistake for one in most])
    _finish(axes, _("files by mistake"), max([one.files for one in most], default=1))


def _finish(axes: "Axes", label: str, most: int) -> None:
    """Let the first bar stand above, and whole files below."""
    axes.invert_yaxis()
    axes.set_xlim(0, most)
    axes.set_xticks(range(0, most + 1, max(1, most // 5)))
    axes.set_xlabel(label)
    axes.grid(axis="y", visible=False)
