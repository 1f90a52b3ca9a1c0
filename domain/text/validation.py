"""Whether a text that stands alone, such as the link of a profile, is a URL: twitter-text's `isValidUrl`."""

from __future__ import annotations

import re

from domain.text.characters import DIRECTIONAL_MARKS, NOT_CHARACTERS, SPACES

_UNRESERVED = r"A-Za-z0-9\u0400-\u04ff\-._~"
_DELIMITERS = r"!$&'()*+,;="
_ESCAPE = r"%[0-9A-Fa-f]{2}"
_IN_PATH = rf"(?:[{_UNRESERVED}{_DELIMITERS}:|@/]|{_ESCAPE})*+"
_AFTER_PATH = rf"(?:[{_UNRESERVED}{_DELIMITERS}:|@/?]|{_ESCAPE})*+"
_LETTER = rf"[^\x00-/:-@\[-`{{-\x7f{SPACES}{DIRECTIONAL_MARKS}{NOT_CHARACTERS}]"
_LABEL = rf"(?:-|{_LETTER})++(?<!-)"
_SUBDOMAIN = rf"(?![_-])(?:[_-]|{_LETTER})++(?<![_-])"
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_HOST = (
    rf"(?:{_OCTET}(?:\.{_OCTET}){{3}}|\[[A-Fa-f0-9:.]++\]"
    rf"|(?:{_SUBDOMAIN}\.)*(?!-){_LABEL}\.(?![0-9-]){_LABEL})"
)
_URL = re.compile(
    rf"[Hh][Tt][Tt][Pp][Ss]?://(?:(?:[{_UNRESERVED}{_DELIMITERS}:]|{_ESCAPE})*+@)?{_HOST}(?::[0-9]{{1,5}})?"
    rf"(?:/{_IN_PATH})?(?:\?{_AFTER_PATH})?(?:#{_AFTER_PATH})?"
)


def is_url(text: str) -> bool:
    """With `http://` or `https://`; any well-formed host, an IP address too. Wider than what is linked in a text."""
    return _URL.fullmatch(text) is not None
