"""The least that a command of this kind does: one Typer command with an int option, NumPy and Rich imported."""

import numpy  # noqa: F401
import rich.console  # noqa: F401
import typer

app = typer.Typer()


@app.command()
def main(number: int = 1) -> None:
    """Print a number."""
    print(number)


if __name__ == "__main__":
    app()
