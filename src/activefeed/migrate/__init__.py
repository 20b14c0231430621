"""Other systems to content files: what a feed or an old site tells becomes plain files."""
