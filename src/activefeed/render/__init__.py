"""Site and Published to a Tree: feeds, pages, media."""
