"""The command line: commands and options, and nothing else.

``pipeline`` and its like do the work, ``console`` finds the words. Heavy modules are imported by
the command that needs them.
"""

from activefeed.cli import daily, machines, new, once, rescue
from activefeed.cli.frame import cli, main

__all__ = ["cli", "daily", "machines", "main", "new", "once", "rescue"]
