"""Line icons of the staff pages, drawn on a 24 × 24 grid; citizen pages use the icons of KRDS."""

ICONS = {
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2"/>',
    "inbox": '<path d="M4 13l2.5-8h11L20 13v6H4z"/><path d="M4 13h5l1.2 2.5h3.6L15 13h5"/>',
    "list": '<path d="M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01"/>',
    "check": '<path d="M5 12.5l4.5 4.5L19 7.5"/>',
    "x": '<path d="M6 6l12 12M18 6L6 18"/>',
    "send": '<path d="M4 12l16-7-6 16-3-7z"/>',
    "file": '<path d="M7 3h7l4 4v14H7z"/><path d="M14 3v4h4M10 12h5M10 16h5"/>',
    "clip": (
        '<path d="M19 11l-7.5 7.5a4.5 4.5 0 01-6.4-6.4L13 4.3a3 3 0 014.2 4.2L9.5 16.2a1.'
        '5 1.5 0 01-2.1-2.1L14 7.5"/>'
    ),
    "badge": '<circle cx="12" cy="9.5" r="5.5"/><path d="M8.5 14l-1.5 7 5-2.5 5 2.5-1.5-7"/>',
    "users": (
        '<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 5.'
        '5a3.5 3.5 0 010 6M18 14.5c2 .8 3.2 2.6 3.5 5.5"/>'
    ),
    "chart": '<path d="M4 20h16M7 20v-7M12 20V6M17 20v-10"/>',
    "room": '<path d="M4 21h16M6 21V4h12v17M10 8h4M10 12h4M11 21v-4h2v4"/>',
    "bell": '<path d="M6 16v-5a6 6 0 0112 0v5l1.5 2h-15zM10 21h4"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5"/>',
    "down": '<path d="M6 9.5l6 6 6-6"/>',
    "up": '<path d="M6 14.5l6-6 6 6"/>',
    "right": '<path d="M9.5 6l6 6-6 6"/>',
    "left": '<path d="M14.5 6l-6 6 6 6"/>',
    "lock": '<rect x="5" y="11" width="14" height="9.5" rx="2"/><path d="M8 11V8a4 4 0 018 0v3"/>',
    "swap": '<path d="M4 8h14l-3.5-3.5M20 16H6l3.5 3.5"/>',
    "download": '<path d="M12 4v11M7 10.5l5 5 5-5M4 20h16"/>',
    "upload": '<path d="M12 16V5M7 9.5l5-5 5 5M4 20h16"/>',
    "print": '<path d="M7 9V3.5h10V9M7 17H4V9h16v8h-3M7 14h10v6.5H7z"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7.5h.01"/>',
    "warn": '<path d="M12 3.5L22 20.5H2z"/><path d="M12 10v5M12 17.8h.01"/>',
    "save": '<path d="M5 4h11l3 3v13H5zM8 4v5h7V4M8 20v-6h8v6"/>',
    "pause": '<path d="M8 5v14M16 5v14"/>',
    "stop": '<rect x="6" y="6" width="12" height="12" rx="1"/>',
    "play": '<path d="M7 4.5l12 7.5-12 7.5z"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "filter": '<path d="M4 6h16M7 12h10M10 18h4"/>',
    "zoom": '<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5M11 8v6M8 11h6"/>',
    "full": '<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/>',
    "cal": '<rect x="4" y="5.5" width="16" height="15" rx="2"/><path d="M4 10h16M8 3v4M16 3v4"/>',
    "set": (
        '<circle cx="12" cy="12" r="3"/><path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2'
        '.1 2.1M16.3 16.3l2.1 2.1M18.4 5.6l-2.1 2.1M7.7 16.3l-2.1 2.1"/>'
    ),
    "gavel": '<path d="M13 4l7 7M10.5 6.5l7 7M12 9l-8 8 3 3 8-8M4 21h9"/>',
    "link": (
        '<path d="M10 14a4 4 0 006 .4l3-3a4 4 0 00-5.7-5.7l-1.5 1.5M14 10a4 4 0 00-6-.4l-'
        '3 3a4 4 0 005.7 5.7l1.5-1.5"/>'
    ),
    "phone": '<rect x="7" y="3" width="10" height="18" rx="2"/><path d="M11 18h2"/>',
    "wifi": '<path d="M2.5 9.5a14 14 0 0119 0M6 13a9 9 0 0112 0M9.5 16.5a4 4 0 015 0M12 20h.01"/>',
    "note": '<path d="M4 5h16v11h-9l-4 4v-4H4z"/>',
    "book": ('<path d="M4 5c3-1 6-.5 8 1.5 2-2 5-2.5 8-1.5v13c-3-1-6-.5-8 1.5-2-2-5-2.5-8-1.5zM12 6.5v13"/>'),
    "hand": '<path d="M4 20c3-6 6-8 9-8h7M16 8l4 4-4 4"/>',
    "menu": '<path d="M4 6.5h16M4 12h16M4 17.5h16"/>',
    "home": '<path d="M4 11l8-7 8 7v9h-5v-6H9v6H4z"/>',
}
