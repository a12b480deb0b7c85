"""Layer 2: what happened to every unit, case and pallet, kept for ever, and the present state that follows from it.

    captured = await history.capture(tx, [event], actor=actor, now=now)
    unit = await history.item(tx, gs1.canonical_key("https://id.gs1.org/01/09506000134352/21/A1"))
    inside = await history.contents(tx, gs1.canonical_key("(00)195060001343520014"))

Events are kept once, whoever sends them how often; state is a projection that any order of arrival leaves the same.
"""

from seriatim.history.absent import AbsentEvent, EventAbsent, absent_by_id, absent_by_name, absent_of
from seriatim.history.as_of import Inside, Then, TooManyThings, as_of, contents_as_of
from seriatim.history.erasing import ERASED, Erased, EventArchived, erase
from seriatim.history.events import (
    Word,
    event,
    events_by_id,
    events_of,
    feed,
    known_event,
    query,
    timeline,
    words_in_use,
)
from seriatim.history.intake import SETTLE_TOPICS, TOPIC, capture, settle
from seriatim.history.keys import item_key, key_of, place_of, uri_of
from seriatim.history.model import (
    POLICIES,
    STATUSES,
    Captured,
    ContentRow,
    Counts,
    EventHead,
    EventQuery,
    Finding,
    Holder,
    Item,
    Lot,
    Order,
    Parked,
    Policy,
    Position,
    Standing,
    Status,
    StoredEvent,
    UnitFilter,
    Verdict,
)
from seriatim.history.parking import parked
from seriatim.history.partners import sight_of
from seriatim.history.policy import findings, policies, set_policy
from seriatim.history.reads import (
    ancestors,
    contents,
    counts,
    events_by_hour,
    holders_of_lot,
    item,
    items,
    lots,
    position,
    units,
    whereabouts,
)
from seriatim.history.rebuild import rebuild
from seriatim.history.rules import (
    AlreadyCommissioned,
    AlreadyPacked,
    ContainmentCycle,
    ContainmentTooDeep,
    EventIdTaken,
    IllegalHistory,
    NoLongerThere,
    NotCommissioned,
    NotPacked,
    UnusableEvent,
)
from seriatim.history.searching import Since, findings_of, lately, search, since
from seriatim.history.searching import now as feed_now
from seriatim.history.sight import Sight, sees
from seriatim.history.standings import lift, stand, stand_lot
from seriatim.history.terms import enter_missing as enter_missing_terms

__all__ = [
    "ERASED",
    "POLICIES",
    "SETTLE_TOPICS",
    "STATUSES",
    "TOPIC",
    "AbsentEvent",
    "AlreadyCommissioned",
    "AlreadyPacked",
    "Captured",
    "ContainmentCycle",
    "ContainmentTooDeep",
    "ContentRow",
    "Counts",
    "Erased",
    "EventAbsent",
    "EventArchived",
    "EventHead",
    "EventIdTaken",
    "EventQuery",
    "Finding",
    "Holder",
    "IllegalHistory",
    "Inside",
    "Item",
    "Lot",
    "NoLongerThere",
    "NotCommissioned",
    "NotPacked",
    "Order",
    "Parked",
    "Policy",
    "Position",
    "Sight",
    "Since",
    "Standing",
    "Status",
    "StoredEvent",
    "Then",
    "TooManyThings",
    "UnitFilter",
    "UnusableEvent",
    "Verdict",
    "Word",
    "absent_by_id",
    "absent_by_name",
    "absent_of",
    "ancestors",
    "as_of",
    "capture",
    "contents",
    "contents_as_of",
    "counts",
    "enter_missing_terms",
    "erase",
    "event",
    "events_by_hour",
    "events_by_id",
    "events_of",
    "feed",
    "feed_now",
    "findings",
    "findings_of",
    "holders_of_lot",
    "item",
    "item_key",
    "items",
    "key_of",
    "known_event",
    "lately",
    "lift",
    "lots",
    "parked",
    "place_of",
    "policies",
    "position",
    "query",
    "rebuild",
    "search",
    "sees",
    "set_policy",
    "settle",
    "sight_of",
    "since",
    "stand",
    "stand_lot",
    "timeline",
    "units",
    "uri_of",
    "whereabouts",
    "words_in_use",
]
