"""The bundle's first step."""

from photoguard.__main__ import main

if __name__ == "__main__":
    main()
