"""SOCKET -> TAPE: the listener, the protocol and the recording of every conversation."""
