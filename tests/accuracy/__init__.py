"""How exact the core's formulas are, beside SciPy's and torch's: `python -m tests.accuracy` prints the table."""
