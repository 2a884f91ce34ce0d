"""Drawing: text for the terminal, charts as text, figures as files."""
