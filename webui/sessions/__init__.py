"""What the session list needs beside its views: the filter of a page, its chips, suggestions and deletions."""
