"""The resolver's answers, one request after the other; numbers are those of the house's note on resolvers."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seriatim.areas.resolver.decide import Decision, Request, decide
from seriatim.areas.resolver.link_types import LINK_TYPES, VOCABULARY
from seriatim.areas.resolver.model import Entries, Link

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GTIN = "09521234543213"
PATH = f"/01/{GTIN}"
HOME = "https://id.brand.example"
VECTORS = Path(__file__).parents[4] / "shared" / "vectors" / "gs1"


def link(number: int, kind: str, href: str, **more: object) -> Link:
    return Link(number, GTIN, kind, href, f"Link {number}", **more)  # type: ignore[arg-type]


LINKS = (
    link(1, "pip", "https://t.example/en", hreflang=("en",)),
    link(2, "pip", "https://t.example/es", hreflang=("es",)),
    link(3, "pip", "https://t.example/ja", hreflang=("ja",)),
    link(4, "pip", "https://t.example/us", hreflang=("en-US",)),
    link(5, "defaultLink", "https://t.example/en"),
    link(6, "recallStatus", "https://t.example/recall"),
    link(7, "instructions", "https://t.example/l1?lot={lot}", lot="L1"),
    link(8, "registerProduct", "https://t.example/r/{serial}", lot="L1", serial="S9"),
    link(9, "certificationInfo", "https://t.example/a.pdf", media_type="application/pdf"),
    link(10, "certificationInfo", "https://t.example/b.pdf", media_type="application/pdf", hreflang=("en",)),
    link(11, "certificationInfo", "https://t.example/c.pdf", media_type="application/pdf", hreflang=("en",), context=("LK",)),
)  # fmt: skip
ENTRIES = Entries(HOME, {GTIN: "Huila, 250 g", "09506000134352": "Plain"}, {GTIN: LINKS})


def ask(
    path: str,
    query: str = "",
    accept: str = "",
    languages: str = "",
    method: str = "GET",
    entries: Entries = ENTRIES,
) -> Decision:
    return decide(Request(path, query, method, accept, languages), entries, NOW)


def headers(decision: Decision) -> dict[str, str]:
    return dict(decision.headers)


def test_1_a_product_leads_to_its_default_with_all_headers() -> None:
    answer = ask(PATH)

    assert (answer.status, answer.location) == (307, "https://t.example/en")
    assert headers(answer) == {
        "access-control-allow-origin": "*",
        "access-control-allow-methods": "GET, HEAD, OPTIONS",
        "access-control-expose-headers": "Link, Location",
        "link": f'<{HOME}{PATH}?linkType=linkset>; rel="linkset"; type="application/linkset+json"',
        "vary": "Accept, Accept-Language",
        "cache-control": "public, max-age=60",
        "location": "https://t.example/en",
    }


def test_1_head_answers_as_get() -> None:
    assert ask(PATH, method="HEAD") == ask(PATH)


def test_1_options_allows_and_others_are_refused() -> None:
    assert (ask(PATH, method="OPTIONS").status, headers(ask(PATH, method="OPTIONS"))["allow"]) == (
        204,
        "GET, HEAD, OPTIONS",
    )
    assert (ask(PATH, method="POST").status, headers(ask(PATH, method="POST"))["allow"]) == (
        405,
        "GET, HEAD, OPTIONS",
    )


@pytest.mark.parametrize("path", [PATH + "/", "/01/9521234543213"])
def test_2_a_slash_at_the_end_and_a_short_gtin_change_nothing(path: str) -> None:
    assert ask(path).location == ask(PATH).location


@pytest.mark.parametrize(
    ("path", "status"),
    [("/01/09521234543214", 400), (f"{PATH}/foo", 400), (f"{PATH}/21/A/10/B", 400), (f"{PATH}/99/B", 400),
     ("/x" + PATH, 400), ("/01/09506000134369", 404), ("/00/095060001343521235", 400), ("/414/9506000134352", 404),
     ("/", 400), ("", 400), (f"{PATH}/21/%00", 400)],
)  # fmt: skip
def test_2_bad_codes_are_told_apart_from_unknown_ones(path: str, status: int) -> None:
    answer = ask(path)

    assert answer.status == status
    assert headers(answer)["content-type"] == "application/problem+json"
    assert json.loads(answer.body)["status"] == status


def test_2_an_unknown_numeric_query_key_is_a_bad_code() -> None:
    assert ask(PATH, "9999=1").status == 400
    assert ask(PATH, "17=271231").status == 307


@pytest.mark.parametrize(
    "query",
    ["linkType=gs1:recallStatus", "linktype=https://ref.gs1.org/voc/recallStatus",
     "linkType=https%3A%2F%2Fwww.gs1.org%2Fvoc%2FrecallStatus", "linkType=https://gs1.org/voc/recallStatus"],
)  # fmt: skip
def test_3_a_link_type_may_be_spelt_in_four_ways(query: str) -> None:
    assert ask(PATH, query).location.partition("?")[0] == "https://t.example/recall"


def test_3_a_missing_type_is_not_found_and_says_what_there_is() -> None:
    answer = ask(PATH, "linkType=gs1:nosuchtype")

    assert answer.status == 404
    assert json.loads(answer.body)["available"] == [
        "gs1:certificationInfo",
        "gs1:defaultLink",
        "gs1:pip",
        "gs1:recallStatus",
    ]


@pytest.mark.parametrize(
    ("languages", "page"),
    [("fr;q=0.2, es;q=0.9", "es"), ("en;q=0.1,ja;q=0.9", "ja"), ("en-GB", "en"), ("es-MX", "es"), ("de", "en"),
     ("", "en"), ("en-US", "us"), ("*", "en")],
)  # fmt: skip
def test_4_the_page_speaks_the_best_language_and_never_asks_back(languages: str, page: str) -> None:
    answer = ask(PATH, "linkType=gs1:pip", languages=languages)

    assert (answer.status, answer.location.partition("?")[0]) == (307, f"https://t.example/{page}")


def test_4_a_refused_language_is_not_taken() -> None:
    assert "/es" not in ask(PATH, "linkType=gs1:pip", languages="es;q=0,*").location


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("instructions", "https://t.example/l1?lot=L1&"),
        ("registerProduct", "https://t.example/r/S9?"),
        ("pip", "https://t.example/en?"),
    ],
)
def test_5_the_most_specific_level_that_has_the_type_answers(kind: str, target: str) -> None:
    answer = ask(f"{PATH}/10/L1/21/S9", f"linkType=gs1:{kind}")

    assert answer.location == f"{target}linkType=gs1:{kind}"


def test_5_every_serial_leads_to_our_own_page_issued_or_not() -> None:
    one, other = ask(f"{PATH}/21/NOBODY"), ask(f"{PATH}/21/ISSUED")

    assert (one.status, one.location) == (307, f"{HOME}/c{PATH}/21/NOBODY")
    assert {name: len(value) for name, value in one.headers} == {
        name: len(value) for name, value in other.headers
    }
    assert headers(one)["cache-control"] == "no-store"


def test_5_the_page_gets_the_path_as_it_was_scanned() -> None:
    assert ask(f"{PATH}/10/L1/21/S9").location == f"{HOME}/c{PATH}/10/L1/21/S9"
    assert ask("/01/09506000134352").location == f"{HOME}/c/01/09506000134352"


def test_5_an_unknown_lot_walks_up_to_the_product() -> None:
    assert ask(f"{PATH}/10/NOLOT").location == "https://t.example/en"


def test_5_a_serial_of_another_lot_does_not_get_the_link_of_this_one() -> None:
    assert ask(f"{PATH}/10/L1/21/T", "linkType=gs1:registerProduct").status == 404


@pytest.mark.parametrize(
    ("query", "accept"),
    [("linkType=linkset", ""), ("linkType=all", "text/html"), ("", "application/linkset+json"),
     ("", "application/linkset+json; charset=utf-8"), ("", "application/json")],
)  # fmt: skip
def test_6_the_linkset_is_asked_for_in_five_ways(query: str, accept: str) -> None:
    answer = ask(PATH, query, accept)

    assert answer.status == 200
    assert headers(answer)["content-type"] == (
        "application/json" if accept == "application/json" else "application/linkset+json"
    )


@pytest.mark.parametrize(
    "accept", ["", "*/*", "text/html,application/xhtml+xml,application/json;q=0.5,*/*;q=0.8"]
)
def test_6_a_browser_is_redirected(accept: str) -> None:
    assert ask(PATH, accept=accept).status == 307


def test_6_a_linkset_lists_each_level_and_exactly_what_the_schema_allows() -> None:
    document = json.loads(ask(f"{PATH}/10/L1/21/S9", "linkType=linkset").body)

    assert [member["anchor"] for member in document["linkset"]] == [
        f"{HOME}{PATH}/10/L1/21/S9", f"{HOME}{PATH}/21/S9", f"{HOME}{PATH}/10/L1", f"{HOME}{PATH}",
    ]  # fmt: skip
    assert faults(document) == []
    for member in document["linkset"]:
        described = {target["href"] for relation, targets in member.items() if relation.startswith("http")
                     and not relation.endswith("defaultLink") for target in targets}  # fmt: skip
        for default in member.get(VOCABULARY + "defaultLink", ()):
            assert set(default) == {"href", "title"}
            assert default["href"] in described


def faults(document: dict[str, object]) -> list[str]:
    """What GS1's linkset schema would object to, read by hand: no validator is among our dependencies."""
    members = document["linkset"]
    assert isinstance(members, list)
    found = ["top"] if set(document) != {"linkset"} else []
    for member in members:
        found += [name for name in ("anchor", "itemDescription") if not isinstance(member.get(name), str)]
        for relation, targets in member.items():
            if relation in {"anchor", "itemDescription"}:
                continue
            found += [] if re.search(r"^([a-z-]+$)|(^https?://[a-zA-z0-9./]+$)", relation) else [relation]
            for target in targets:
                found += sorted({"href", "title"} - set(target))
                found += sorted(
                    set(target) - {"href", "title", "hreflang", "type", "context", "fwqs", "public"}
                )
                found += [
                    tag for tag in target.get("hreflang", ()) if not re.fullmatch(r"\w{2}|\w{2}-\w{2}", tag)
                ]
    return found


@pytest.mark.skipif(not VECTORS.is_dir(), reason="the vectors are not beside the repository")
def test_the_reading_of_the_schema_agrees_with_its_examples() -> None:
    schema = json.loads((VECTORS / "gs1-linkset-schema.json").read_text())

    assert schema["properties"]["linkset"]["items"]["required"] == ["anchor", "itemDescription"]
    assert faults(json.loads((VECTORS / "valid-gs1-example.json").read_text())) == []
    assert faults(json.loads((VECTORS / "invalid-gs1-example.json").read_text())) != []


@pytest.mark.skipif(not VECTORS.is_dir(), reason="the vectors are not beside the repository")
def test_every_link_type_of_ours_exists_in_the_web_vocabulary() -> None:
    known = json.loads((VECTORS / "linktypes_webvoc_1_16.json").read_text())

    assert [name for name in LINK_TYPES if f"gs1:{name}" not in known] == []


@pytest.mark.parametrize(
    ("query", "languages", "page"),
    [
        ("", "", "a.pdf"),
        ("", "en", "b.pdf"),
        ("context=LK", "en", "c.pdf"),
        ("context=LK", "fr", "c.pdf"),
        ("context=zz", "en", "b.pdf"),
    ],
)
def test_7_and_8_context_language_and_type_choose_in_this_order(
    query: str, languages: str, page: str
) -> None:
    answer = ask(PATH, f"linkType=gs1:certificationInfo&{query}", "application/pdf", languages)

    assert answer.location.partition("?")[0] == f"https://t.example/{page}"


def test_7_two_links_that_differ_in_nothing_are_both_offered() -> None:
    twins = (link(20, "support", "https://t.example/1"), link(21, "support", "https://t.example/2"))
    answer = ask(PATH, "linkType=gs1:support", entries=replace(ENTRIES, links={GTIN: twins}))

    assert answer.status == 300
    assert len(json.loads(answer.body)["linkset"][0][VOCABULARY + "support"]) == 2


@pytest.mark.parametrize(
    ("forwarded", "tail"), [(True, "?a=1&17=271231&utm=x&linkType=gs1:support#f"), (False, "?a=1#f")]
)
def test_9_the_query_travels_on_unless_the_link_says_no(forwarded: bool, tail: str) -> None:
    target = link(20, "support", "https://t.example/p?a=1#f", forward_query=forwarded)

    answer = ask(
        PATH, "17=271231&utm=x&linkType=gs1:support", entries=replace(ENTRIES, links={GTIN: (target,)})
    )

    assert answer.location == f"https://t.example/p{tail}"


def test_9_proofs_of_a_tap_never_travel() -> None:
    answer = ask(PATH, "picc_data=AA&CMAC=BB&utm=x&token=t")

    assert answer.location == "https://t.example/en?utm=x"


@pytest.mark.parametrize("serial", ["a%2Fb", "a%26b", "%22", "!*,;=", "a%3Fb"])
def test_10_odd_serials_stay_in_their_place(serial: str) -> None:
    shop = link(20, "support", "https://t.example/s/{serial}?g={gtin}")

    answer = ask(
        f"{PATH}/21/{serial}", "linkType=gs1:support", entries=replace(ENTRIES, links={GTIN: (shop,)})
    )

    assert answer.status == 307
    assert answer.location.startswith("https://t.example/s/")
    assert answer.location.count("/") == 4
    assert '"' not in answer.location


def test_a_link_outside_its_window_is_not_there() -> None:
    soon = link(20, "promotion", "https://t.example/x", valid_from=NOW, valid_until=NOW + timedelta(days=1))

    def status(valid_at: datetime) -> int:
        return decide(
            Request(PATH, "linkType=gs1:promotion"), replace(ENTRIES, links={GTIN: (soon,)}), valid_at
        ).status

    assert [status(NOW - timedelta(seconds=1)), status(NOW), status(NOW + timedelta(days=1))] == [
        404,
        307,
        404,
    ]


def test_a_default_by_language_beats_the_plain_one_only_when_it_is_wanted() -> None:
    multi = link(20, "defaultLinkMulti", "https://t.example/es-home", hreflang=("es",))
    entries = replace(ENTRIES, links={GTIN: (*LINKS, multi)})

    assert ask(PATH, languages="es-MX", entries=entries).location == "https://t.example/es-home"
    assert ask(PATH, languages="de", entries=entries).location == "https://t.example/en"


def test_a_hidden_link_is_followed_but_not_listed() -> None:
    hidden = link(20, "logisticsInfo", "https://t.example/x", public=False)
    entries = replace(ENTRIES, links={GTIN: (hidden,)})

    assert ask(PATH, "linkType=gs1:logisticsInfo", entries=entries).status == 307
    assert b"logisticsInfo" not in ask(PATH, "linkType=linkset", entries=entries).body


def test_a_person_with_a_bad_code_gets_a_page_that_shows_nothing_back() -> None:
    answer = ask("/01/%3Cscript%3E", accept="text/html")

    assert (answer.status, headers(answer)["content-type"]) == (400, "text/html; charset=utf-8")
    assert b"script" not in answer.body


def test_an_address_past_four_kilobytes_is_refused() -> None:
    assert ask(PATH, "x=" + "y" * 4096).status == 414


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=40), st.text(max_size=40))
def test_16_whatever_comes_the_answer_is_never_our_fault_and_never_for_ever(
    path: str, query: str, accept: str, languages: str
) -> None:
    raw = (path.encode(errors="ignore").decode("latin-1"), query.encode(errors="ignore").decode("latin-1"))

    answer = ask(PATH + raw[0], raw[1], accept, languages)

    assert answer.status in {200, 300, 307, 400, 404, 414}
    assert re.fullmatch(r"(https://(id\.brand|t)\.example/[!-~]*)?", answer.location)
