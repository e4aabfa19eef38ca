# ruff: noqa: E501 - a drawing is one line
"""The icons of the pages."""

from __future__ import annotations

# Drawn for Sandpost on a grid of 24, stroke 1.7: one set, so that the weights agree.
ICONS = {
    "inbox": '<path d="M4 13.500h4.500l1.5 2.500h4l1.5-2.500H20"/><path d="M6 5h12l2.5 8.500V18a1.5 1.5 0 0 1-1.5 1.500H5A1.5 1.5 0 0 1 3.5 18v-4.500z"/>',
    "sessions": '<path d="M4 5.500h11a1 1 0 0 1 1 1V13a1 1 0 0 1-1 1H9l-4 3.500V14H4a1 1 0 0 1-1-1V6.500a1 1 0 0 1 1-1z"/><path d="M19 9.500h1a1 1 0 0 1 1 1V17a1 1 0 0 1-1 1h-1v3l-3.5-3H12"/>',
    "connect": '<path d="M9 3v5M15 3v5M6.5 8h11v3.500a5.5 5.5 0 0 1-11 0zM12 17v4"/>',
    "settings": '<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>',
    "check": '<path d="m5 12.5 4.5 4.500L19.5 7"/>',
    "trash": '<path d="M4.5 7h15M9.5 7V4.500h5V7M6.5 7l.8 12.500h9.400L17.5 7M10.5 11v5M13.5 11v5"/>',
    "back": '<path d="M19 12H5.500M11 6l-6 6 6 6"/>',
    "clip": '<path d="m19.5 11.5-8 8a4.8 4.8 0 0 1-6.8-6.800l8.2-8.200a3.2 3.2 0 0 1 4.5 4.500l-8 8a1.6 1.6 0 0 1-2.3-2.300l7.4-7.3"/>',
    "download": '<path d="M12 4v11M7.5 11l4.5 4.5 4.5-4.500M5 20h14"/>',
    "carry": '<path d="M8 19V6M4 10l4-4.500 4 4.500M16 5v13M12 14l4 4.500 4-4.500"/>',
    "lock": '<rect x="5.5" y="11" width="13" height="9" rx="2"/><path d="M8.5 11V8a3.5 3.5 0 0 1 7 0v3"/>',
    "copy": '<rect x="8.5" y="8.5" width="11" height="11" rx="2"/><path d="M15.5 5.500v-1h-11v11h1"/>',
    "image": '<rect x="4" y="5" width="16" height="14" rx="2"/><path d="m4 16 4.5-4 3.5 3 3.5-4 4.5 4.5"/><circle cx="9" cy="9" r="1"/>',
    "dot": '<circle cx="12" cy="12" r="4" fill="currentColor" stroke="none"/>',
    "warn": '<path d="M12 4.5 21 19.500H3zM12 10v4.500M12 17v.2"/>',
    "keys": '<rect x="3" y="6.5" width="18" height="11" rx="2"/><path d="M7 10.500h.1M10.5 10.500h.1M14 10.500h.1M17.2 10.500h.1M8.5 14h7"/>',
    "sun": '<circle cx="12" cy="12" r="3.5"/><path d="M12 3.500v2M12 18.500v2M3.5 12h2M18.5 12h2M6 6l1.4 1.400M16.6 16.6 18 18M18 6l-1.4 1.400M7.4 16.6 6 18"/>',
    "moon": '<path d="M19.5 14.500A8 8 0 0 1 9.5 4.500a8 8 0 1 0 10 10z"/>',
    "auto": '<circle cx="12" cy="12" r="7.5"/><path d="M12 4.500a7.5 7.5 0 0 1 0 15z" fill="currentColor"/>',
    "star": '<path d="m12 4.200 2.400 4.900 5.400.8-3.900 3.800.9 5.400-4.800-2.500-4.800 2.500.9-5.400-3.900-3.800 5.400-.8z"/>',
    "tag": '<path d="M4 5.500A1.500 1.500 0 0 1 5.500 4h5.700a2 2 0 0 1 1.400.6l6.900 6.900a2 2 0 0 1 0 2.800l-5.200 5.200a2 2 0 0 1-2.800 0l-6.900-6.900a2 2 0 0 1-.6-1.400zM8.300 8.300h.1"/>',
    "view": '<path d="M4 6.500h16M7 12h10M10 17.500h4"/>',
    "select": '<rect x="4" y="4" width="16" height="16" rx="3"/><path d="m8 12.300 2.700 2.700L16 9.500"/>',
    "undo": '<path d="M8 5 4 9l4 4M4 9h10a5.500 5.500 0 0 1 0 11h-4"/>',
    "up": '<path d="M12 19V6M6.5 11 12 5.500l5.5 5.5"/>',
    "down": '<path d="M12 5v13M6.500 12.500 12 18l5.500-5.500"/>',
    "mail": '<rect x="3.5" y="6" width="17" height="12.5" rx="2"/><path d="m4.5 8 7.5 5.500L19.5 8"/>',
    "unread": '<rect x="3.5" y="7.5" width="14" height="11" rx="2"/><path d="m4.5 9.5 6 4.5 6-4.5"/><circle cx="19" cy="6" r="2.5" fill="currentColor" stroke="none"/>',
    "source": '<path d="m8.5 7-5 5 5 5M15.5 7l5 5-5 5"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6"/><path d="m15 15 5 5"/>',
    "help": '<circle cx="12" cy="12" r="8.2"/><path d="M9.6 9.500a2.5 2.5 0 1 1 3.6 2.300c-.8.5-1.2 1-1.2 1.900M12 16.600v.2"/>',
    "close": '<path d="m6.5 6.5 11 11M17.5 6.5l-11 11"/>',
    "people": '<circle cx="9" cy="9" r="3.2"/><path d="M3.5 19a5.5 5.5 0 0 1 11 0M15 6.200a3.2 3.2 0 0 1 0 5.600M17 14.300a5.5 5.5 0 0 1 3.5 4.700"/>',
    "rows": '<path d="M4.5 6.500h15M4.5 12h15M4.5 17.500h15"/>',
    "wrong": '<path d="M8.6 3.500h6.800l5.100 5.100v6.800l-5.100 5.100H8.600l-5.100-5.100V8.600zM12 7.800v5M12 16v.2"/>',
    "shield": '<path d="M12 3.500 5 6v5.500c0 4.300 2.9 7.400 7 9 4.100-1.600 7-4.700 7-9V6zM12 8.500v4M12 15.300v.2"/>',
    "info": '<circle cx="12" cy="12" r="8.2"/><path d="M12 11.200v5M12 7.800v.2"/>',
    "log": '<path d="M6 3.500h8.500L18.500 7.500V20.500H6zM14 3.500V8h4.500M9 12h6.500M9 15h6.500M9 18h3.500"/>',
    "bell": '<path d="M6 16.500h12l-1.500-2.500v-3.500a4.500 4.500 0 0 0-9 0V14zM10.500 19.500h3"/>',
    "print": '<path d="M7 9V4h10v5M7 17H4.500V11a2 2 0 0 1 2-2h11a2 2 0 0 1 2 2v6H17M7 14.500h10V20H7z"/>',
    "calendar": '<rect x="4" y="5.500" width="16" height="14.500" rx="2"/><path d="M4 10h16M8 3.500v4M16 3.500v4"/>',
    "link": '<path d="M10 14a4 4 0 0 0 5.700 0l3-3a4 4 0 0 0-5.700-5.700l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3A4 4 0 0 0 11 18.700l1-1"/>',
    "open": '<path d="M13.500 4.500H19.500V10.500M19.500 4.500 11 13M17.500 13.500V19.500H4.500V6.500H10.500"/>',
    "compare": '<rect x="3.5" y="5" width="7" height="14" rx="1.5"/><rect x="13.5" y="5" width="7" height="14" rx="1.5"/><path d="M5.800 9h2.400M5.800 12h2.400M15.800 12h2.400M15.800 15h2.400"/>',
    "swap": '<path d="M4 9h15M15.500 5.500 19 9M20 15H5M8.500 18.500 5 15"/>',
    "mute": '<path d="M7.500 12v2L6 16.500h9M9 6.900a4.500 4.500 0 0 1 7.500 3.600V14l.5.800M10.500 19.500h3M4.500 4.500l15 15"/>',
}


def svg(name: str) -> str:
    """Return the HTML of an icon; the words for those who do not see it stand beside it."""
    return (
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7" '
        f'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{ICONS[name]}</svg>'
    )
