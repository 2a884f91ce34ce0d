"""The classroom, played for real: steps one at a time, guesses, lessons and handouts."""
