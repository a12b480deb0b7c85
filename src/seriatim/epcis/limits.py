"""How large a document may be: every bound of this room in one place.

A limit is a promise in both directions: exactly this much is accepted, one more is refused.
"""

DOCUMENT_BYTES_MAX = 32 * 1024 * 1024
"""Size of a document in octets."""

EVENTS_MAX = 10_000
"""Events in one document."""

DEPTH_MAX = 64
"""Objects and arrays (in XML: elements) inside each other, the document itself being the first."""

ATTRIBUTES_MAX = 64
"""Attributes of one XML element."""

NUMBER_CHARACTERS_MAX = 100
"""Characters of one number; nothing that is measured needs more."""

NUMBER_EXPONENT_MAX = 308
"""Decimal exponent of one number; 1e400 would be infinity for every receiver that counts in doubles."""

TEXT_CHARACTERS_MAX = 64 * 1024
"""Characters of one text value."""

URI_CHARACTERS_MAX = 2_000
"""Characters of one identifier or other URI; more does not fit into a database index."""

PROBLEMS_MAX = 1_000
"""Faults (and, apart, warnings) that are described; those beyond are only counted."""
