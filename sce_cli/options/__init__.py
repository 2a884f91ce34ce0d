"""The options that several commands share, each declared once, and the rules that go with them."""
