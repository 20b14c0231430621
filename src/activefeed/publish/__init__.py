"""A Tree to a store, safely: guard, plan, phases."""
