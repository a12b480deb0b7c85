"""Label templates of the house: every version kept, the newest printed, nothing released that does not read back."""

from seriatim.areas.line.labels.actions import (
    BadTemplate,
    kept_version,
    known_template,
    release,
    save_template,
    tidy,
)
from seriatim.areas.line.labels.store import KeptTemplate, TemplateName, templates, versions

__all__ = [
    "BadTemplate",
    "KeptTemplate",
    "TemplateName",
    "kept_version",
    "known_template",
    "release",
    "save_template",
    "templates",
    "tidy",
    "versions",
]
