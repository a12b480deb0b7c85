"""EPC: the same identities as URNs and as the bits of RFID tags."""

from seriatim.gs1.epc.urn import URN_MAX, from_urn, key_to_urn, to_urn

__all__ = ["URN_MAX", "from_urn", "key_to_urn", "to_urn"]
