"""Tests of the questions: well put, and answered by other routes than theirs."""
