"""Every limit of the house, in one place: size, depth, count and time.

The standards keep the limits of their own grammar (gs1.limits, epcis.limits, symbols.limits), since they are used alone.
"""

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB

REQUEST_BODY_BYTES: Final = 32 * MIB
"""The largest body any door reads; EPCIS capture announces the same figure."""
API_BODY_BYTES: Final = 2 * MIB
FORM_BODY_BYTES: Final = 64 * KIB
URI_BYTES: Final = 4 * KIB
RAW_CODE_BYTES: Final = 2 * KIB
"""What is kept of a scanned text, good or bad."""
REFUSED_DOCUMENT_BYTES: Final = 64 * KIB
"""What is kept of a refused document; its full hash is kept beside it."""

SENT_DOCUMENT_DAYS: Final = 30
"""How long the document of a capture job is kept, so that its faults can be shown in it."""
SENT_DOCUMENTS_BYTES: Final = 1024 * MIB
"""Room for all of them, compressed; past it the oldest go first."""
GOOD_DOCUMENT_BYTES: Final = 64 * KIB
"""A longer document is kept only when something is wrong with it."""

PICTURE_BYTES: Final = REQUEST_BODY_BYTES
"""A picture that somebody brings to be graded."""
GRADINGS_AT_ONCE: Final = 2
"""Pictures of people graded at the same time in one process; each takes a core, and memory for its pixels."""
GRADINGS_WAITING: Final = 2
"""And so many wait, each with a connection to the store; past it the answer is 503."""
GRADING_RETRY_S: Final = 5

CAPTURE_EVENTS: Final = 10_000
CAPTURED_TOGETHER: Final = 64
"""Single events of one sender that share a transaction at most."""
CAPTURED_TOGETHER_EPCS: Final = 100
"""An event that names more goes by itself: nobody small waits for it."""
CAPTURE_BUSY_TRIES: Final = 8
"""Tries that found the database busy before all who shared one are told so: one event of 64 is found in seven."""
CAPTURE_RETRY_MS: Final = 2_000
"""Of each statement of a try after the first that found the database busy."""
KEYS_TOGETHER: Final = 100
"""API keys looked up in one question."""
SMALL_BODY_BYTES: Final = 16 * KIB
"""Read at once; what is larger is read beside the loop, so that nobody else waits."""
EVENT_EPCS: Final = 20_000
MASTER_DATA_ELEMENTS: Final = 10_000
"""Things that the master data of one document tell of."""
MASTER_DATA_ATTRIBUTES: Final = 1_000
MASTER_DATA_CHILDREN: Final = 1_000
MASTER_DATA_BYTES: Final = 256 * KIB
"""Attributes, children and octets of one thing."""
MASTER_DATA_NAME_BYTES: Final = 800
"""Of one identifier or attribute; three of them fit into an index row."""
MASTER_DATA_DEPTH: Final = 32
"""Levels of places that lie in each other."""
MASTER_DATA_PLACES: Final = 10_000
"""Places, or other things, that one condition of a query stands for."""
PAGE_ROWS: Final = 100
PAGE_ROWS_MAX: Final = 1_000
PAGE_BYTES: Final = 8 * MIB
"""Documents of the events on one page, which ends sooner where they would have more; one event always stands on it."""
QUERY_BODY_BYTES: Final = 256 * KIB
"""A named query, or a subscription to one."""
QUERY_SCAN_EVENTS: Final = 10_000
"""Events that one request looks at one by one, where a query asks for what no index knows."""
QUERY_SCAN_BYTES: Final = 512 * MIB
"""And their documents, a page of them at a time."""
QUERY_SORT_BYTES: Final = 64 * MIB
"""Documents held at once, where a query sorts its events by a field that no index knows."""
QUERY_INDEX_ENTRIES: Final = 100_000
"""An index of kinds, lots or parties that would answer with more is left out of a query."""
ORDER_UNITS_MAX: Final = 10_000_000
LEASE_UNITS_MAX: Final = 1_000_000
IMPORTED_NUMBERS: Final = 5_000_000
"""Numbers of an outside issuer in one file."""
IMPORT_BYTES: Final = 22 * IMPORTED_NUMBERS
"""Twenty characters and an end of line each."""
CONTAINMENT_DEPTH: Final = 8
ITEM_EVENTS_INLINE: Final = 128
"""Event ids kept inside an item row; older ones spill."""
ARCHIVE_EVENTS: Final = 100_000
"""Events in one archive, and let go in one transaction; each takes half a kilobyte of memory meanwhile."""

STATEMENT_MS: Final = 15_000
IMPORT_MS: Final = 600_000
"""A statement that takes in a whole file."""
IDLE_IN_TRANSACTION_MS: Final = 30_000
IDEMPOTENCY_HOURS: Final = 48
SESSION_HOURS: Final = 12
ONCE_LINK_HOURS: Final = 72
SIGN_INS_PER_MINUTE: Final = 10
"""Password attempts of one address or one e-mail; past it the answer is 429, and nobody is locked out."""
CURSOR_CHARACTERS: Final = 4 * KIB
"""An identifier of 1,000 octets fits, wrapped twice."""
IDEMPOTENCY_KEY_CHARACTERS: Final = 255
VISITS_PER_MINUTE: Final = 60
"""Requests of one address (IPv6: one /64) at the doors that ask for no key; past it the answer is 429."""
VISITS_AT_ONCE: Final = 60
REFUSALS_PER_MINUTE: Final = 60
"""Records of refused callers who have no key or no right, from everywhere together; so many fit any disk."""
REFUSALS_OF_ONE: Final = 10
"""The same for one address."""

DELIVERY_EVENTS: Final = 500
"""Events in one document that goes to a subscriber."""
DELIVERY_BYTES: Final = 4 * MIB
"""Where their documents together are larger, fewer go into one; one always goes."""
DELIVERY_DEADLINE_S: Final = 15.0
"""From the look-up of the name to the head of the answer."""
DELIVERY_ANSWER_BYTES: Final = 64 * KIB
"""What is read of an answer at most."""
DELIVERY_SAID_CHARACTERS: Final = 500
"""What is kept of an answer."""
DELIVERY_LEASE_S: Final = 30
"""How long a subscription belongs to the process that serves it: twice the deadline. A killed one's is served by another
after that."""
DELIVERY_LANES: Final = 24
"""Receivers served at the same time by one process."""
DELIVERY_LANES_FAILING: Final = 8
"""And of those whose last try failed, so that they never fill the lanes of the others."""
DELIVERED_KEPT_DAYS: Final = 7
"""How long it is remembered what was delivered; dead letters are kept until they are sent, or their subscription ends."""
EMPTY_KEPT_HOURS: Final = 1
"""And documents of runs that found nothing: one second's schedule makes 86,400 of them a day."""
SIGNATURE_TOKEN_CHARACTERS: Final = 500
SUBSCRIPTIONS_PER_QUERY: Final = 1_000
SUBSCRIPTIONS_OF_A_PARTNER: Final = 50
QUERIES_OF_A_PARTNER: Final = 200
SOCKETS: Final = 200
"""Open sockets of one server process."""
SOCKETS_OF_ONE: Final = 20
"""And of these, those of one key or person."""
SOCKET_SEND_S: Final = 15.0
"""A client that has not taken a document by then is dropped."""
TAILS: Final = 200
"""Lists of events that one server process keeps following, in browsers."""
