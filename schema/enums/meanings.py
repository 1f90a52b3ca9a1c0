"""How an enum of the domain is described."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TypeAlias

Meanings: TypeAlias = Mapping[type[Enum], tuple[str, Mapping[Enum, str]]]
"""What it is, and what each of its values means."""
