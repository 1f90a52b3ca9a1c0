"""Language tags by BCP 47 (RFC 5646)."""

from __future__ import annotations

import re

from domain.errors import Constraint, ValidationFailed

MAX_LANGUAGE_TAG = 35
"""RFC 5646, 4.4.1: enough for every tag in use."""

_TAG = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})"
    r"(?:-[a-z]{4})?"
    r"(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"
    r"(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?"
)


def checked_language(tag: str) -> str:
    """A well-formed tag in the capitals that RFC 5646 recommends, `zh-Hant-TW`; whether it is registered is not asked.

    Raises ValidationFailed.
    """
    if len(tag) > MAX_LANGUAGE_TAG or not _TAG.fullmatch(tag.lower()) or not tag.isascii():
        raise ValidationFailed(
            f"A language is a BCP 47 tag of at most {MAX_LANGUAGE_TAG} characters, such as en or pt-BR.",
            field="language",
            constraint=Constraint.MALFORMED,
        )
    first, *others = tag.lower().split("-")
    written = [first]
    for subtag in others:
        if len(written[-1]) == 1 or len(subtag) not in {2, 4}:
            written.append(subtag)
        else:
            written.append(subtag.upper() if len(subtag) == 2 else subtag.capitalize())
    return "-".join(written)
