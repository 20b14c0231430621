"""One file format each: bytes to values and back; they know nothing of a site."""
