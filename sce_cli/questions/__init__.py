"""What a class is asked before it sees a step: for each topic, questions made from a study's numbers.

A function returns None where its question would have no good answer for this study. `ask`, `why` and `choices` are
markup, as the bodies of the steps are.
"""
