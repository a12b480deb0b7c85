"""What an action may ask its surroundings for: settings, the time and the master key."""

from dataclasses import dataclass, field

from seriatim.base.clock import Clock
from seriatim.base.settings import Settings


@dataclass(frozen=True, slots=True)
class Environment:
    """The surroundings of one running Seriatim."""

    settings: Settings
    clock: Clock
    master_key: bytes = field(repr=False)
    """32 secret bytes; every other key is derived from it, none is stored."""
