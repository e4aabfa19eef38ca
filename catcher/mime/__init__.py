"""Bytes -> message: reads any bytes as mail, changes none of them, never raises.

Pure: imports neither Django nor any other part of the catcher. `summary` runs before the acknowledgement,
`digest` after it, `parse` and `bodies` when someone looks, `html` when a person wants to see the mail.
`outline` opens all of a message for viewing; `report`, `invitation`, `protection`, `tnef` and `flowed` read what
its parts are about.
"""
