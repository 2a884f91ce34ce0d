"""One folder a topic: its numbers and claims, the view that explains them, and the questions before a step."""
