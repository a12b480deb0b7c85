"""Signs that may not stand in a web address, written as %XX and read back.

>>> escape_path("a/b c"), escape_query("a/b c")
('a%2Fb%20c', 'a%2Fb+c')
>>> unescape_path("a%2Fb+c"), unescape_query("a%2Fb+c"), unescape_path("100%4g")
('a/b+c', 'a/b c', '100%4g')

One character is one byte here: GS1 values are ASCII, and a byte above 7F read from an address stays visible as the
character of that number, so that the check of the value can point at it.
"""

import re

_PLAIN = re.compile(r"[A-Za-z0-9\-._~]*")
_SPECIAL = re.compile(r"[^A-Za-z0-9\-._~]")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")


def escape_path(value: str) -> str:
    """`value` as one segment of a path; everything but unreserved characters becomes %XX in upper case."""
    if _PLAIN.fullmatch(value):
        return value
    return _SPECIAL.sub(_percent, value)


def escape_query(value: str) -> str:
    """`value` as the value of a query parameter; as in a path, but a space becomes +."""
    return escape_path(value).replace("%20", "+") if " " in value else escape_path(value)


def unescape_path(text: str) -> str:
    """The value of a segment; malformed sequences such as %4g stay as they are."""
    return _ESCAPE.sub(_character, text) if "%" in text else text


def unescape_query(text: str) -> str:
    """The value of a query parameter, where + is a space."""
    return unescape_path(text.replace("+", " "))


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "surrogatepass"))


def _character(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))
