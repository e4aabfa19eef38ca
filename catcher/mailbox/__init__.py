"""Mail as files: .eml, mbox, Maildir and zip archives of them, read as streams and written as streams.

Pure: no Django, nothing in memory but one message at a time.
"""
