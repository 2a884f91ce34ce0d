"""One file a topic: its study, the steps that explain it, and its figure."""
