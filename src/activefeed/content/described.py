"""What each key is for, in the words that stand beside its field in schema.py, or above it.

Reads that source when it is asked, for editors and the reference; a normal run never asks.
"""

import inspect
import re

from activefeed.content import schema
from activefeed.content.schema import Keys


def meaning(model: type[Keys], key: str) -> str:
    """Return what a key is for, as the model says or the nearest that it is made of."""
    holder = next(one.__name__ for one in model.__mro__ if key in one.__annotations__)
    below = inspect.getsource(schema).partition(f"\nclass {holder}(")[2]
    found = re.search(rf"(?m)^(?:    # (.*)\n)?    {key}: .*?(?:  # (.*))?$", below)
    return found[2] or found[1] if found else ""
