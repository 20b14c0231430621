"""``python -m activefeed``: the same as the command ``activefeed``."""

from activefeed.cli import main

if __name__ == "__main__":
    main()
