"""One file a topic: its study in words, tables and curves, and as a figure."""
