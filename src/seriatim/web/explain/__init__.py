"""The page that explains any code: open to everybody, looks nothing up, keeps nothing."""

from seriatim.web.explain.door import PAGES

__all__ = ["PAGES"]
