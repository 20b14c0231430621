"""Files on disk to a Site: what an author wrote, what it means, what is due."""
