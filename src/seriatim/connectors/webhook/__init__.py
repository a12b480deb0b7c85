"""Webhooks: documents for somebody else's server, signed so that he knows from whom they come.

`Webhook` carries the letters of subscriptions; `Inbox` is what a receiver of ours, or of anybody, checks them with.
"""

from seriatim.connectors.webhook.sender import Webhook
from seriatim.connectors.webhook.signing import Forged, Inbox, SeenBefore, signed

__all__ = ["Forged", "Inbox", "SeenBefore", "Webhook", "signed"]
