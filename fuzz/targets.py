"""All targets by name."""

from collections.abc import Mapping
from typing import Final

from fuzz import epcis, gs1
from fuzz.target import Target

TARGETS: Final[Mapping[str, Target]] = {target.name: target for target in (*gs1.TARGETS, *epcis.TARGETS)}
