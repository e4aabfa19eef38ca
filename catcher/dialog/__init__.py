"""TAPE -> DIALOG: what the recorded bytes of a session mean. Pure: no Django, no sockets, no clock."""
