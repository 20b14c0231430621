"""Tests at a real terminal."""
