"""What a reader, and a test, wants out of a message: codes, links, how to unsubscribe, the preview line.

Pure like catcher/mime, on which it stands: no Django, no clock, never raises, linear in the size of the message.
"""
