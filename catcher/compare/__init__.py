"""TWO MESSAGES -> what differs between them: lines and the words in them, header fields, parts.

Pure: imports neither Django nor any other part of the catcher. Both sides come from senders, so that all of it is
bounded in characters, lines and work; where a bound is reached, the result is coarser, still right, and says so.
"""
