"""What a person or a client sees: pages, the websocket and the HTTP API."""
