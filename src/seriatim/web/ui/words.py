"""The words people read: every code of the house (status, step, rule, role) in plain language.

>>> number_word(19), number_word(21), plural(1, "unit"), plural(12480, "unit")
('nineteen', '21', '1 unit', '12,480 units')
>>> state_of("in_transit").word, rule_word("R4h"), country("VN"), country("ZZ")
('In transit', 'Impossible travel', 'Vietnam', 'ZZ')
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from seriatim.identity import SerialPolicy

_NUMBER_TABLE: Final = (
    "no one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty"
)
NUMBERS: Final = tuple(_NUMBER_TABLE.split())


class State(NamedTuple):
    """A state as it is shown: `kind` is good, watch, bad, idle; empty where the state is normal and has no shape."""

    kind: str
    word: str


STATUSES: Final[Mapping[str, State]] = {
    "uncommissioned": State("watch", "Not yet made"),
    "commissioned": State("", "Made"),
    "in_transit": State("", "In transit"),
    "in_stock": State("", "In stock"),
    "sold": State("", "Sold"),
    "dispensed": State("", "Dispensed"),
    "returned": State("watch", "Returned"),
    "decommissioned": State("idle", "Taken out"),
    "destroyed": State("idle", "Destroyed"),
    "consumed": State("idle", "Used up"),
}
STANDINGS: Final[Mapping[str, State]] = {
    "recalled": State("bad", "Recalled"),
    "blocked": State("bad", "Blocked"),
}
ORDER_STATES: Final[Mapping[str, State]] = {
    "planned": State("idle", "Planned"),
    "running": State("good", "Running"),
    "packing": State("good", "Packing"),
    "closed": State("", "Closed"),
}
BANDS: Final[Mapping[str, State]] = {
    "normal": State("", "Normal"),
    "watch": State("watch", "Watch"),
    "caution": State("watch", "Caution"),
    "suspicious": State("bad", "Suspicious"),
}
RECALL_STATES: Final[Mapping[str, State]] = {
    "proposed": State("watch", "Waits for a second person"),
    "live": State("bad", "Live"),
    "closed": State("idle", "Closed"),
}
LEASE_STATES: Final[Mapping[str, State]] = {
    "granted": State("", "Lent"),
    "acknowledged": State("good", "At the line"),
    "expired": State("watch", "Past its time"),
    "used": State("", "Used up"),
    "returned": State("idle", "Given back"),
    "void": State("idle", "Void"),
}
NUMBER_FAULTS: Final[Mapping[str, str]] = {
    "bad_number": "no serial at all: 1 to 20 characters of GS1's set 82",
    "twice_in_file": "stands twice in this file",
    "imported_before": "came in an earlier list",
    "issued_before": "was issued by a key of ours",
}
VERDICTS: Final[Mapping[str, str]] = {
    "consistent": "matches its story",
    "unknown": "unknown serial",
    "suspicious": "suspicious",
    "recalled": "recalled",
    "blocked": "blocked",
    "not_active": "not yet made",
    "expired": "expired",
    "unreadable": "not readable",
}
RULES: Final[Mapping[str, str]] = {
    "R1": "Serial never issued",
    "R13": "Tap not proved",
    "guessing": "Serials being guessed",
    "R2": "Scanned before it was made",
    "R4": "Travels too fast",
    "R4h": "Impossible travel",
    "R6": "Far more phones than such a unit sees",
    "R6h": "Burst of phones",
    "R7": "Outside its market",
    "G1": "Seen where it was sent",
    "recalled_seen": "Recalled, still scanned",
    "blocked_seen": "Blocked, still scanned",
}
LABELS: Final[Mapping[str, tuple[str, str]]] = {
    "clone": ("Copied code", "a second pack carries the code of a first"),
    "diversion": ("Diversion", "a real pack, sold outside its market"),
    "data_error": ("Data error", "a record is wrong or late, the pack is right"),
    "genuine": ("Right pack", "nothing is wrong; the rule was mistaken"),
    "cannot_tell": ("Cannot tell", "the evidence does not decide it"),
}
REASONS: Final[Mapping[str, str]] = {
    "invalid_image": "No picture",
    "absent": "No code",
    "unreadable": "Unreadable",
    "multiple": "Two codes",
    "wrong_symbology": "Wrong kind of code",
    "wrong_content": "Wrong content",
    "unknown_serial": "Unknown serial",
    "duplicate": "Duplicate",
    "low_grade": "Low grade",
}
STEPS: Final[Mapping[str, str]] = {
    "commissioning": "Made and checked",
    "packing": "Packed",
    "unpacking": "Unpacked",
    "shipping": "Shipped",
    "departing": "Departed",
    "arriving": "Arrived",
    "receiving": "Received",
    "accepting": "Accepted",
    "storing": "Stored",
    "stocking": "Put on the shelf",
    "retail_selling": "Sold",
    "dispensing": "Dispensed",
    "returning": "Returned",
    "inspecting": "Inspected",
    "holding": "Put on hold",
    "decommissioning": "Taken out of use",
    "destroying": "Destroyed",
    "transforming": "Turned into something new",
    "installing": "Installed",
    "loading": "Loaded",
    "unloading": "Unloaded",
    "repackaging": "Repackaged",
    "sensor_reporting": "Measured",
}
TYPES: Final[Mapping[str, str]] = {
    "ObjectEvent": "Things were seen",
    "AggregationEvent": "Things were put together or taken apart",
    "TransactionEvent": "Things belong to a business document",
    "TransformationEvent": "Things became other things",
    "AssociationEvent": "A thing was joined to an asset",
}
DEEDS: Final[Mapping[str, str]] = {
    "alert.decided": "decided an alert",
    "content.saved": "saved words for buyers",
    "history.archive": "archived old events",
    "history.capture": "told what happened",
    "history.erase": "erased an event",
    "history.master_data": "told what is known of things",
    "history.restore": "brought archived events back",
    "key.created": "made an API key",
    "key.revoked": "revoked an API key",
    "lease.granted": "lent serials to a line",
    "lease.returned": "took serials back",
    "lease.used": "used up a lease",
    "lease.void": "voided a lease",
    "link.made": "made a one-time link",
    "locations.saved": "saved places",
    "order.created": "planned an order",
    "order.started": "started an order",
    "order.closed": "closed an order",
    "password.set": "set a password",
    "parties.saved": "saved partners",
    "person.added": "added a person",
    "person.disabled": "ended a person's access",
    "products.saved": "saved products",
    "protection.erase_scan": "erased who made a scan",
    "recall.proposed": "proposed a recall",
    "recall.launched": "launched a recall",
    "recall.closed": "closed a recall",
    "serial_policy.changed": "changed the form of serials",
    "shipment.received": "received a shipment",
    "shipment.shipped": "sent a shipment",
    "ssccs.allocated": "numbered cases and pallets",
}
SETTINGS: Final[Mapping[str, str]] = {
    "database_url": "Database",
    "data": "Data folder",
    "public_url": "Public address",
    "keep_events_days": "Events stay, days",
    "oidc_issuer": "Sign-on issuer",
    "oidc_client_id": "Sign-on client",
    "oidc_client_secret": "Sign-on secret",
}
ROLES: Final[Mapping[str, str]] = {
    "line_operator": "Line operator",
    "line_lead": "Line lead",
    "brand_protection": "Brand protection",
}
COUNTRY_CODE: Final = re.compile(r"\b[A-Z]{2}\b")
_COUNTRY_TABLE: Final = (
    "AD=Andorra;AE=Emirates;AO=Angola;AR=Argentina;AT=Austria;AU=Australia;BE=Belgium;BG=Bulgaria;BO=Bolivia;"
    "BR=Brazil;CA=Canada;CH=Switzerland;CL=Chile;CN=China;CO=Colombia;CR=Costa Rica;CU=Cuba;CV=Cape Verde;"
    "CY=Cyprus;CZ=Czechia;DE=Germany;DK=Denmark;DZ=Algeria;EC=Ecuador;EE=Estonia;EG=Egypt;ES=Spain;ET=Ethiopia;"
    "FI=Finland;FR=France;GB=United Kingdom;GH=Ghana;GR=Greece;HK=Hong Kong;HR=Croatia;HU=Hungary;ID=Indonesia;"
    "IE=Ireland;IL=Israel;IN=India;IS=Iceland;IT=Italy;JP=Japan;KE=Kenya;KR=South Korea;LT=Lithuania;"
    "LU=Luxembourg;LV=Latvia;MA=Morocco;MO=Macao;MT=Malta;MX=Mexico;MY=Malaysia;MZ=Mozambique;NG=Nigeria;"
    "NL=Netherlands;NO=Norway;NZ=New Zealand;PE=Peru;PH=Philippines;PK=Pakistan;PL=Poland;PT=Portugal;"
    "PY=Paraguay;RO=Romania;RS=Serbia;RU=Russia;SA=Saudi Arabia;SE=Sweden;SG=Singapore;SI=Slovenia;SK=Slovakia;"
    "SN=Senegal;TH=Thailand;TN=Tunisia;TR=Türkiye;TW=Taiwan;TZ=Tanzania;UA=Ukraine;UG=Uganda;US=United States;"
    "UY=Uruguay;VE=Venezuela;VN=Vietnam;ZA=South Africa;ZM=Zambia;ZW=Zimbabwe"
)
COUNTRIES: Final[Mapping[str, str]] = dict(pair.split("=") for pair in _COUNTRY_TABLE.split(";"))
"""Short names of countries; a code that is not here is shown as it is."""


def number_word(number: int) -> str:
    """Small numbers as words, larger ones in digits."""
    return NUMBERS[number] if 0 <= number < len(NUMBERS) else f"{number:,}"


def plural(number: int, one: str, many: str = "") -> str:
    """The number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def spoken(code: str) -> str:
    """A code without a word of its own: `retail_sold` as `Retail sold`."""
    return code.replace("_", " ").replace(".", " ").strip().capitalize()


def state_of(status: str, standings: Iterable[str] = ()) -> State:
    """How a unit is shown: a decision beside it comes first, then its status."""
    for kind in standings:
        return STANDINGS.get(kind) or State("watch", spoken(kind))
    return STATUSES.get(status) or State("", spoken(status))


def order_state(state: str) -> State:
    return ORDER_STATES.get(state) or State("", spoken(state))


def lease_state(state: str) -> State:
    return LEASE_STATES.get(state) or State("", spoken(state))


def number_fault(code: str) -> str:
    return NUMBER_FAULTS.get(code, spoken(code).lower())


def serial_form(policy: SerialPolicy) -> str:
    """What a product's serials look like, in a few words.

    >>> serial_form(SerialPolicy(gtin="09506000134352"))
    '12 of 32 characters'
    """
    if policy.source == "imported":
        return "numbers from outside"
    if policy.below is not None:
        return f"numbers of up to {policy.length} digits"
    head = f"{policy.prefix} and " if policy.prefix else ""
    return f"{head}{policy.length} of {len(policy.alphabet)} characters"


def recall_state(state: str) -> State:
    return RECALL_STATES.get(state) or State("", spoken(state))


def band(name: str) -> State:
    return BANDS.get(name) or State("", spoken(name))


def rule_word(rule: str) -> str:
    return RULES.get(rule) or spoken(rule)


def label_word(label: str) -> str:
    return LABELS[label][0] if label in LABELS else spoken(label)


def reason_word(reason: str) -> str:
    return REASONS.get(reason) or spoken(reason)


def step_word(step: str | None, kind: str = "") -> str:
    """What an event did, as the headline of its row."""
    if step is None:
        return TYPES.get(kind) or spoken(kind) or "Something happened"
    return STEPS.get(step) or spoken(step)


def type_word(kind: str) -> str:
    """An event's type without the word itself: `Object`, `Aggregation`."""
    return kind.removesuffix("Event") if kind.endswith("Event") else kind


def verdict_word(verdict: str) -> str:
    return VERDICTS.get(verdict) or spoken(verdict).lower()


def deed_word(deed: str) -> str:
    return DEEDS.get(deed) or spoken(deed).lower()


def role_word(role: str) -> str:
    return ROLES.get(role) or spoken(role)


def setting_word(name: str) -> str:
    return SETTINGS.get(name) or spoken(name)


def yes_or(value: object) -> str:
    """A value of the audit trail as text.

    >>> yes_or(True), yes_or(60)
    ('yes', '60')
    """
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def with_countries(text: str) -> str:
    """A sentence of a rule with the names of countries instead of their codes.

    >>> with_countries("Scanned in VN, meant for PT.")
    'Scanned in Vietnam, meant for Portugal.'
    """
    return COUNTRY_CODE.sub(lambda found: country(found.group()), text)


def country(code: str) -> str:
    return COUNTRIES.get(code, code)
