"""Where something may be sent on somebody's behalf (abuse case T32)."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.base.outbound import AddressRefused, Policy, is_public, look_up, target_of

pytestmark = pytest.mark.anyio

NOWHERE = [
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://0/",
    "https://0.0.0.0/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://192.0.0.8/",
    "https://192.0.2.1/",
    "https://198.18.0.1/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://[2001:db8::1]/",
    "https://localhost/",
    "https://localhost./",
    "http://93.184.216.34/",
    "https://93.184.216.34:22/",
    "https://93.184.216.34:25/",
    "https://93.184.216.34:80/",
    "https://user@93.184.216.34/",
    "https://user:pass@93.184.216.34/",
    "https://93.184.216.34#@127.0.0.1/",
    "https://93.184.216.34\\@127.0.0.1/",
    "https://127.0.0.1\t/",
    "https://\uff11\uff12\uff17.0.0.1/",
    "https://bücher.example/",
    "https:///nowhere",
    "https://",
    "https://a..b/",
    "https://-a.example/",
    "https://93.184.216.34:99999/",
    "https://[::1/",
    "ftp://93.184.216.34/",
    "file:///etc/passwd",
    "gopher://93.184.216.34/",
    "//93.184.216.34/",
    "javascript:alert(1)",
    "https://93.184.216.34/\r\nHost: localhost",
    "https://93.184.216.34/ HTTP/1.1",
    "https://93.184.216.34/" + "a" * 2_100,
    "",
]


@pytest.mark.parametrize("url", NOWHERE)
async def test_T32_nothing_is_sent_into_our_own_network_however_it_is_written(url: str) -> None:
    """Real look-ups of literal addresses: what the system would connect to is what is judged."""
    with pytest.raises(AddressRefused):
        await Policy().vetted(target_of(url), look_up)


@pytest.mark.parametrize(
    ("url", "address", "header"),
    [
        ("https://93.184.216.34/hook?x=1", "93.184.216.34", "93.184.216.34"),
        ("https://93.184.216.34:8443", "93.184.216.34", "93.184.216.34:8443"),
        ("https://[2606:2800:220:1::1]:8443/", "2606:2800:220:1::1", "[2606:2800:220:1::1]:8443"),
        ("https://[64:ff9b::5db8:d822]/", "64:ff9b::5db8:d822", "[64:ff9b::5db8:d822]"),
    ],
)
async def test_public_addresses_are_called_under_their_own_name(url: str, address: str, header: str) -> None:
    target = target_of(url)

    assert await Policy().vetted(target, look_up) == (address,)
    assert target.host_header == header


async def test_T32_a_name_is_refused_when_one_of_its_addresses_is_ours() -> None:
    async def both(_: str, __: int) -> Sequence[str]:
        return ["93.184.216.34", "127.0.0.1"]

    with pytest.raises(AddressRefused):
        await Policy().vetted(target_of("https://receiver.example/"), both)


@pytest.mark.parametrize(
    ("url", "is_fine"),
    [
        ("http://10.1.2.3:80/", True),
        ("https://10.1.2.3:22/", True),
        ("http://[::ffff:10.1.2.3]/", True),
        ("http://10.2.0.1/", False),
        ("http://169.254.169.254/", False),
    ],
)
async def test_a_network_that_the_settings_name_is_called_and_no_other(url: str, is_fine: bool) -> None:
    policy = Policy((ip_network("10.1.0.0/16"), ip_network("169.254.0.0/16")))

    async def itself(host: str, _: int) -> Sequence[str]:
        return [host]

    try:
        await policy.vetted(target_of(url), itself)
        assert is_fine
    except AddressRefused:
        assert not is_fine


@given(st.integers(0, 2**32 - 1))
def test_an_ipv4_address_in_any_disguise_is_as_public_as_it_is_plain(number: int) -> None:
    plain = IPv4Address(number)

    assert is_public(IPv6Address(0xFFFF << 32 | number)) == is_public(plain)
    assert is_public(IPv6Address(0x64FF9B << 96 | number)) == is_public(plain)
    assert not is_public(IPv6Address(number)), "compatible addresses are of the past"
    assert not is_public(IPv6Address(0x2002 << 112 | number << 80)), "6to4"
    if is_public(plain):
        assert plain.is_global
        assert not plain.is_private
