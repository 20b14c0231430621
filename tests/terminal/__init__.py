"""A package, so that its typist is found by one name."""
