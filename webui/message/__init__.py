"""What the page of one message shows: its preview, its links, its source in windows, its parts, its envelope."""
