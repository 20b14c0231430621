"""What commands write into an author's folder; nothing here publishes or prints."""
