"""From the texts of the command line to values; what can't be used is refused with a message that names the option."""
