"""The tests of the drawing."""
