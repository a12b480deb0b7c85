"""Seriatim: every unit an identity of its own, and a story that can be proved.

The three standards are usable alone: `from seriatim import gs1, epcis, symbols`.
"""

__version__ = "0.1.0"
