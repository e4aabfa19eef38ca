"""What Sandpost says in a terminal: dialogs that go on, tables, stories. Pure but for the questions to the API."""
