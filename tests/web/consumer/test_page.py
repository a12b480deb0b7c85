"""The page as HTML, state by state, without a database: small, honest, escaped, and in four languages."""

import gzip
import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim import identity
from seriatim.areas import content
from seriatim.areas.content import LANGUAGES, ProductText, Standing, StoryStep, Subject
from seriatim.web.consumer.door import draw, path_of_typed
from seriatim.web.consumer.look import links_of, pack_of
from seriatim.web.consumer.words import DOOR_WORDS

NOW = datetime(2026, 11, 20, 18, 4, tzinfo=UTC)
FIRST_FLIGHT_BYTES = 14 * 1024
HOST = "id.brand.example"
PRODUCT = identity.Product(
    gtin="09506000134352", name="Huila 250 g", brand="Alboral", net_content="250 g", look_for="Round. A star."
)
SUBJECT = Subject(PRODUCT.name, "H26K05", date(2027, 11, 5), "7K2M9QXR4TBV", "Look at the seal. It is round.")
TEXTS = (
    ProductText(
        "en", "Huila", "Coffee.", "Grind it.", "Yellow bin.",
        story=(StoryStep("Setúbal", "Roasted", "Medium.", "November"),),
    ),
)  # fmt: skip
FORBIDDEN = re.compile(
    r"(?i)genuine|authentic|authentisch|authentique|autêntic|\becht|original|\bvrai|verdadeir|fake|counterfeit|forger|"
    r"fälsch|contrefa|\bfaux|fals[ao]|falsific"
)
ALIVE = Standing(issued=True, active=True, expiry=date(2027, 11, 5))
STANDINGS = {
    "recalled": Standing(issued=True, active=True, recalled=True),
    "blocked": Standing(issued=True, active=True, blocked=True),
    "expired": Standing(issued=True, active=True, expiry=date(2026, 11, 19)),
    "not_active": Standing(issued=True),
    "suspicious": ALIVE,
    "caution": ALIVE,
    "unknown": Standing(),
    "consistent": ALIVE,
    "cannot_check": Standing(readable=False),
    "product": Standing(single=False, issued=True, active=True),
}


def page_of(state: str, language: str = "en", subject: Subject = SUBJECT, texts: tuple[ProductText, ...] = TEXTS) -> content.Page:  # fmt: skip
    band = state if state in {"suspicious", "caution"} else "normal"
    shown = content.page(
        STANDINGS[state], band, subject, texts, language=language, signals=["R4h", "R7"], notice="A wire.",  # type: ignore[arg-type]
        instructions="Bring it back.", now=NOW,
    )  # fmt: skip
    assert shown.state == state
    return shown


def html_of(state: str, language: str = "en", product: identity.Product | None = PRODUCT, **more: str) -> str:
    values = {"host": HOST, "attributes": "", "nonce": "n0nce", **more}
    return draw(page_of(state, language), product, **values)


class Tags(HTMLParser):
    """Every tag with its attributes, and the ids and targets among them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def named(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STANDINGS)
def test_every_page_fits_the_first_flight_of_packets_and_says_its_verdict_first(
    state: str, language: str
) -> None:
    page, html = page_of(state, language), html_of(state, language)

    assert len(gzip.compress(html.encode())) <= FIRST_FLIGHT_BYTES
    assert f'<html lang="{language}">' in html
    assert html.index("<h1>") < html.index("<h2>")
    assert html.count("<h1>") == 1
    assert page.title.split(":")[0] in html


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STANDINGS)
def test_no_page_blesses_or_accuses(state: str, language: str) -> None:
    assert FORBIDDEN.findall(html_of(state, language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STANDINGS)
def test_a_page_runs_no_script_and_asks_no_other_host(state: str, language: str) -> None:
    tags = Tags(html_of(state, language))

    assert tags.named("script") == []
    assert [style["nonce"] for style in tags.named("style")] == ["n0nce"]
    assert [attributes for _, attributes in tags.tags if "style" in attributes] == []
    addresses = [a.get("src") or a.get("href") or "" for _, a in tags.tags]
    assert [address for address in addresses if urlsplit(address).netloc] == []


@pytest.mark.parametrize("state", STANDINGS)
def test_no_button_is_dead(state: str) -> None:
    tags = Tags(html_of(state))
    targets = [a["href"][1:] for a in tags.named("a") if a.get("href", "").startswith("#")]

    assert set(targets) <= set(tags.ids)
    assert len(tags.ids) == len(set(tags.ids))
    assert "help" in tags.ids


def test_the_three_questions_are_told_where_help_is_since_nobody_can_send_them_in() -> None:
    assert [address for address, _ in links_of(page_of("suspicious"))] == ["#help"]
    assert all(question in html_of("suspicious") for question in DOOR_WORDS["en"].questions)


def test_what_we_did_not_issue_gets_no_look_of_the_brand() -> None:
    html = html_of("unknown")

    assert "ALBORAL" not in html
    assert "Huila" not in html
    assert "7K2M" in html
    assert 'name="gtin" value="09506000134352"' in html


def test_a_page_that_cannot_check_claims_nothing_about_the_pack() -> None:
    html = draw(page_of("cannot_check", subject=Subject()), None, host=HOST, attributes="", nonce="n")

    assert "must match" not in html
    assert "stored" not in html
    assert 'href="?lang=en"' in html


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}"])
def test_words_of_the_brand_are_text_and_nothing_else(text: str) -> None:
    product = identity.Product(gtin=PRODUCT.gtin, name=text, brand=text, net_content=text)
    told = (ProductText("en", text, text, text, text, text, (StoryStep(text, text, text, text),)),)
    page = page_of("consistent", subject=Subject(text, "L", None, "S", text), texts=told)

    html = draw(page, product, host=HOST, attributes='"><script>', nonce="n")

    tags = Tags(html)
    assert tags.named("script") == []
    assert tags.named("img") == []
    assert "49" not in html


def test_the_links_of_a_page_keep_the_attributes_of_the_code() -> None:
    tags = Tags(html_of("consistent", attributes="17=271105"))

    languages = [link["href"] for link in tags.named("a") if "hreflang" in link]
    assert languages == [f"?17=271105&lang={code}" for code in LANGUAGES]


def test_a_long_name_still_fits_the_drawn_label() -> None:
    pack = pack_of(identity.Product(gtin=PRODUCT.gtin, name="Hydrating night serum with cherry 50 ml", net_content="50 ml"))  # fmt: skip

    assert pack.product.text == "HYDRATING NIGHT SERUM WITH CHERRY"
    assert pack.product.size * len(pack.product.text) * 0.72 <= 52
    assert pack.content.text == "50 ml"


@given(code=st.text(max_size=60), language=st.text(max_size=4))
def test_a_typed_code_never_leads_to_another_host(code: str, language: str) -> None:
    path = path_of_typed(code, language)

    assert path.startswith("/c/")
    assert not path.startswith("/c//")
    assert path.isascii()
    assert not re.search(r"[\s\\]", path)
    assert (urlsplit(path).scheme, urlsplit(path).netloc) == ("", "")


@given(serial=st.text("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", min_size=1, max_size=20))
def test_a_typed_serial_leads_to_its_unit(serial: str) -> None:
    assert path_of_typed(f"(01)09506000134352(21) {serial}", "") == f"/c/01/09506000134352/21/{serial}"
