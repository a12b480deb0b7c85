"""A lease, its serials, and the runway."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from seriatim.identity.leases.model import Lease, serials_of
from seriatim.identity.leases.runway import runway_of
from seriatim.identity.serials.form import DIGITS
from seriatim.identity.serials.permutation import serials_of_counters
from seriatim.identity.serials.policy import SerialPolicy

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
GTIN = "09506000134352"
MASTER = bytes(range(32))


def test_a_line_may_print_from_a_lease_until_it_expires_or_ends() -> None:
    lease = Lease("1", GTIN, 0, 10, 30, "L3", "4711", "granted", NOW, NOW + timedelta(hours=12))

    assert lease.count == 20
    assert lease.is_printable(NOW)
    assert not lease.is_printable(NOW + timedelta(hours=12))
    assert not msgspec.structs.replace(lease, state="used").is_printable(NOW)


def test_the_runway_ends_sooner_when_more_is_leased() -> None:
    policy = SerialPolicy(GTIN, alphabet=DIGITS, issued=99_000_000)

    slow = runway_of(policy, 100_000, timedelta(days=10), NOW)
    fast = runway_of(policy, 1_000_000, timedelta(days=10), NOW)

    assert (slow.leased_per_day, slow.ends_at) == (10_000.0, NOW + timedelta(days=100))
    assert (fast.leased_per_day, fast.ends_at) == (100_000.0, NOW + timedelta(days=10))


@pytest.mark.parametrize("leased", [0, 1])
def test_a_runway_beyond_a_hundred_years_has_no_end(leased: int) -> None:
    assert runway_of(SerialPolicy(GTIN), leased, timedelta(days=30), NOW).ends_at is None


def test_a_lease_gives_its_own_serials_in_their_order() -> None:
    policy = SerialPolicy(GTIN)
    lease = Lease("1", GTIN, 0, 1_000, 1_020, "L3", "4711", "granted", ..., ...)  # type: ignore[arg-type]

    assert serials_of(lease, policy, MASTER) == serials_of_counters(range(1_000, 1_020), policy, MASTER)
    with pytest.raises(ValueError, match="another policy"):
        serials_of(lease, SerialPolicy("09521234543213"), MASTER)
