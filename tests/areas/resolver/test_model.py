"""No link may lead a buyer anywhere but to the hosts named beforehand (T20)."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.areas.resolver.model import (
    BadLink,
    check_host,
    check_href,
    check_language,
    check_media_type,
    expand,
)

HOSTS = frozenset({"shop.example", "portal.example:8443"})
HOME = "https://id.brand.example"


def is_allowed(href: str, home: str = HOME) -> bool:
    try:
        check_href(href, HOSTS, home)
    except BadLink:
        return False
    return True


@pytest.mark.parametrize(
    "href",
    [
        "https://shop.example/p",
        "https://shop.example/{gtin}/{serial}?lot={lot}#f",
        "HTTPS://SHOP.example/p",
        "https://portal.example:8443/",
        "https://id.brand.example/c/01/{gtin}",
    ],
)
def test_a_plain_target_on_an_allowed_host_passes(href: str) -> None:
    assert is_allowed(href)


@pytest.mark.parametrize(
    "href",
    [
        "//evil.example/p",
        "https://shop.example@evil.example/",
        "https://evil.example\\@shop.example/",
        "https://shop.example.evil.example/",
        "https://evil.example/https://shop.example/",
        "https://shop.example:444/",
        "https://shop.example:99999/",
        "https://sh\u043ep.example/",
        "https://xn--shp-hxa.example/",
        "http://shop.example/",
        "javascript:alert(1)//shop.example/",
        "java\tscript:alert(1)",
        "data:text/html,shop.example",
        "https://{serial}.shop.example/",
        "https://shop.example{gtin}/",
        "https://{host}/",
        "{serial}",
        "https://shop.example/\r\nSet-Cookie: a=b",
        "https://shop.example/%0d%0a\n",
        "https://shop.example/ x",
        'https://shop.example/"><script>',
        "https://shop.example/{unknown}",
        "https://shop.example/{gtin",
        "https://[::1/",
        "https:///shop.example",
        "https:shop.example",
        "/p",
        "",
        "https://shop.example/" + "x" * 2000,
    ],
)
def test_whatever_could_lead_elsewhere_is_refused(href: str) -> None:
    assert not is_allowed(href)


def test_a_laptop_may_lead_to_itself_without_https() -> None:
    assert is_allowed("http://localhost:8470/c/x", "http://localhost:8470")
    assert not is_allowed("http://localhost:8471/c/x", "http://localhost:8470")


@given(st.text(max_size=40), st.text(max_size=20))
def test_no_value_of_a_code_changes_where_a_template_leads(serial: str, lot: str) -> None:
    values = {
        "gtin": "09506000134352",
        "serial": serial.encode(errors="ignore").decode(),
        "lot": lot.encode(errors="ignore").decode(),
    }

    target = expand("https://shop.example/{gtin}/{serial}?lot={lot}#x", values)

    assert target is not None
    parts = urlsplit(target)
    assert (parts.scheme, parts.netloc, parts.path.count("/"), parts.fragment) == (
        "https",
        "shop.example",
        2,
        "x",
    )
    assert target.isascii()
    assert target.isprintable()


def test_a_template_that_needs_more_than_the_code_carries_has_no_target() -> None:
    assert expand("https://shop.example/{serial}", {"gtin": "09506000134352"}) is None


@pytest.mark.parametrize(
    "host", ["", "-shop.example", "shop..example", "shop.example/x", "a@b.example", "shöp.example"]
)
def test_hosts_are_plain(host: str) -> None:
    with pytest.raises(BadLink):
        check_host(host)


@pytest.mark.parametrize("tag", ["und", "zh-Hans", "EN", "en-gb", ""])
def test_a_language_is_written_as_linksets_want_it(tag: str) -> None:
    with pytest.raises(BadLink):
        check_language(tag)


def test_a_media_type_is_written_in_small_letters() -> None:
    assert check_media_type(" Text/HTML ") == "text/html"
    with pytest.raises(BadLink):
        check_media_type("html")
