"""python -m photoguard."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from photoguard.cli import run

    run()


if __name__ == "__main__":
    main()
