"""What the list of messages needs beside its views: what it shows, its rows, and what is done to many at once."""
