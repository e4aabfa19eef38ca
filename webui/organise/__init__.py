"""What the pages do to many messages at once: which ones are meant, what is done, and what is said of it."""
