"""Whose address it is, behind proxies that are trusted and behind those that are not."""

import ipaddress
from typing import Any

import pytest

from seriatim.base.settings import BadSettings, Settings
from seriatim.web.proxies import TrustedProxies, visitor_of

TRUSTED = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("2001:db8:ff::/48"))


@pytest.mark.parametrize(
    ("connection", "told", "visitor"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "203.0.113.7", "192.0.2.1"),
        ("10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.9, 203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.9, 203.0.113.7, 10.2.3.4", "203.0.113.7"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", "unknown", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.7, nonsense", "10.0.0.1"),
        ("10.0.0.1", "[2001:db8::5]:443", "2001:db8::5"),
        ("2001:db8:ff::1", "203.0.113.7", "203.0.113.7"),
        ("::ffff:10.0.0.1", "203.0.113.7", "203.0.113.7"),
    ],
)
def test_the_visitor_is_the_first_from_the_right_that_is_no_trusted_proxy(
    connection: str, told: str, visitor: str
) -> None:
    assert visitor_of(connection, told, TRUSTED) == visitor


@pytest.mark.anyio
async def test_several_headers_are_one_list() -> None:
    seen: list[str] = []

    async def inner(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope["client"][0])

    headers = [(b"x-forwarded-for", b"198.51.100.9"), (b"x-forwarded-for", b"203.0.113.7")]
    scope = {"type": "http", "client": ("10.0.0.1", 1), "headers": headers}
    await TrustedProxies(inner, TRUSTED)(scope, None, None)  # type: ignore[arg-type]
    await TrustedProxies(inner, ())(scope, None, None)  # type: ignore[arg-type]

    assert seen == ["203.0.113.7", "10.0.0.1"]


def test_the_setting_takes_addresses_and_networks_and_refuses_others() -> None:
    settings = Settings(trusted_proxies="10.0.0.1, 2001:db8::/32")

    assert settings.shown()["trusted_proxies"] == "10.0.0.1/32, 2001:db8::/32"
    with pytest.raises(BadSettings):
        Settings(trusted_proxies="proxy.example")
    with pytest.raises(BadSettings):
        Settings(trusted_proxies="10.0.0.1/8")
