"""A package, so that its browser is closed before tests of other folders want their own loop."""
