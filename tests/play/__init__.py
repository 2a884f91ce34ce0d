"""Demonstrations: keys, frames, numbers, and the terminal."""
