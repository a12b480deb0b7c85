"""Subscriptions to named queries: what is new is brought to its receivers, over a webhook or an open socket.

`actions` and `store` hold what one may do and see; `Courier` serves the webhooks, over a `Carrier` (connectors/webhook).
A subscriber sees an event only once it is durable, and every one that matches, in the order in which they were kept.
"""

from seriatim.areas.exchange.errors import BadDestination
from seriatim.areas.exchange.subscriptions import api
from seriatim.areas.exchange.subscriptions.actions import (
    NoDeadLetter,
    TooManySubscriptions,
    attempts_of,
    change_token,
    deliveries_of,
    delivery_of,
    end,
    first_needed,
    forget,
    pause,
    resume,
    send_again,
    subscribe,
    subscription_of,
    subscriptions_of,
)
from seriatim.areas.exchange.subscriptions.courier import Courier
from seriatim.areas.exchange.subscriptions.model import (
    Answer,
    Attempt,
    Delivery,
    DeliveryState,
    State,
    Subscription,
    Wanted,
    wanted_in,
)
from seriatim.areas.exchange.subscriptions.port import Carrier, Letter
from seriatim.areas.exchange.subscriptions.store import Health, health

__all__ = [
    "Answer",
    "Attempt",
    "BadDestination",
    "Carrier",
    "Courier",
    "Delivery",
    "DeliveryState",
    "Health",
    "Letter",
    "NoDeadLetter",
    "State",
    "Subscription",
    "TooManySubscriptions",
    "Wanted",
    "api",
    "attempts_of",
    "change_token",
    "deliveries_of",
    "delivery_of",
    "end",
    "first_needed",
    "forget",
    "health",
    "pause",
    "resume",
    "send_again",
    "subscribe",
    "subscription_of",
    "subscriptions_of",
    "wanted_in",
]
