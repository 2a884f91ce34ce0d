"""The topics, one folder each, and the one list of them. Importing it loads none."""

from dataclasses import dataclass

from sce_cli.translation import N_

FORMULAS, CLASSIFIER = N_("The formulas, step by step"), N_("A classifier, on real data")
YOURS = N_("Your own program")
"""The groups that the help lists topics in."""


@dataclass(frozen=True)
class Topic:
    """A command that explains something; the folder of its name has a command.py with `command` and its `HELP`."""

    name: str
    group: str
    in_lessons: bool = True
    """Whether a lesson may run it."""


TOPICS = (
    Topic("mle", FORMULAS),
    Topic("softmax", FORMULAS),
    Topic("entropy", FORMULAS),
    Topic("grad", FORMULAS),
    Topic("train", CLASSIFIER),
    Topic("predict", CLASSIFIER),
    Topic("check", YOURS, in_lessons=False),
)
"""In the order of the help."""

LESSON_TOPICS = tuple(topic.name for topic in TOPICS if topic.in_lessons)
