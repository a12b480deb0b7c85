"""`seriatim demo`: the pilot from an order to a recall, measured against the truth that was planned."""

import re
from typing import Any

import httpx
from tests.factories.terminal import Server, data_folder
from tests.stories.conftest import SEED, UNITS, Told, run_demo

from seriatim.areas.line import EXPECTED_REASONS

KINDS = len(EXPECTED_REASONS)
FAULTS = {60: 2, 20: 1}
"""At 4 % of each kind: how many of each an order of 60 and one of 20 units gets."""


def counts(report: dict[str, Any]) -> dict[str, Any]:
    """The report without what belongs to the moment or to the folder: seconds, addresses, totals of the database."""
    kept = {name: report[name] for name in ("units", "seed", "line", "market")}
    return kept | {"recall": {name: report["recall"][name] for name in ("units", "places", "page")}}


def test_every_planted_fault_is_caught_for_its_reason_and_no_good_unit_is_rejected(told: Told) -> None:
    line = told.report["line"]

    planted = sum(FAULTS.values()) * KINDS
    assert line["faults_planted"] == planted
    assert (line["faults_caught"], line["faults_caught_for_their_reason"]) == (planted, planted)
    assert line["good_units_rejected"] == 0
    assert set(line["rejects"]) == set(EXPECTED_REASONS.values())
    assert sum(line["rejects"].values()) == planted


def test_all_units_are_made_and_packed_whatever_the_line_got_wrong(told: Told) -> None:
    line = told.report["line"]

    assert (told.report["units"], told.report["seed"]) == (UNITS, SEED)
    assert (line["orders"], line["units"]) == (2, UNITS)
    assert line["pictures"] == UNITS + line["faults_planted"], "each reject is made again and seen again"
    assert line["first_pass_yield"] == round(1 - line["faults_planted"] / UNITS, 4)
    assert line["cases"] >= 2
    assert line["pallets"] >= 2
    assert set(line["grades"]) <= set("ABCDF")


def test_detection_finds_every_copy_and_every_diversion_and_nothing_else(told: Told) -> None:
    market = told.report["market"]

    for kind, planted in (("copied_and_invented", 10), ("diverted", 8)):
        found = market[kind]
        assert (found["planted"], found["alerted"], found["right"]) == (planted, planted, planted)
        assert (found["precision"], found["recall"]) == (1.0, 1.0)


def test_units_reach_the_shelves_and_some_are_sold(told: Told) -> None:
    market = told.report["market"]

    assert market["units_on_shelves"] == UNITS
    assert market["units_sold"] == round(0.45 * UNITS)
    assert market["scans"] == sum(market["pages"].values()) == sum(market["bands"].values())


def test_the_recalled_lot_is_found_whole_and_its_page_says_so(told: Told) -> None:
    recall = told.report["recall"]

    assert (recall["lot"], recall["units"], recall["page"]) == ("K26K06", 20, "recalled")
    assert recall["places"] >= 1


def test_the_same_seed_gives_the_same_counts_in_a_fresh_folder(told: Told) -> None:
    with data_folder() as data:
        again = run_demo(data, told.files)

    assert counts(again) == counts(told.report)
    assert (again["events"], again["items"]) == (told.report["events"], told.report["items"])


def test_a_second_pilot_in_the_same_folder_makes_orders_and_lots_of_its_own(pilot_files: Any) -> None:
    with data_folder() as data:
        first = run_demo(data, pilot_files, units=40)
        second = run_demo(data, pilot_files, units=40)

    assert counts(second) == counts(first)
    assert second["recall"]["lot"] == f"{first['recall']['lot']}-2"
    assert second["items"] == 2 * first["items"]


def test_another_seed_gives_another_story(told: Told) -> None:
    with data_folder() as data:
        other = run_demo(data, told.files, seed=SEED + 1)

    assert counts(other) != counts(told.report)
    assert other["line"]["good_units_rejected"] == 0


def test_the_links_of_the_report_open_pages_that_say_what_it_says(told: Told) -> None:
    with Server(told.data) as server, httpx.Client(follow_redirects=True, timeout=30) as browser:

        def page(name: str) -> httpx.Response:
            path = told.report["urls"][name].removeprefix("http://localhost:8470")
            answer = browser.get(server.url + path, headers={"accept": "text/html", "accept-language": "en"})
            assert answer.status_code == (404 if name == "an invented code" else 200), (
                name,
                answer.status_code,
            )
            return answer

        def verdict(name: str) -> str:
            found = re.search(r'<div class="verdict \w+ (\w+)">', page(name).text)
            assert found is not None, name
            return found[1]

        assert {name: verdict(name) for name in told.report["urls"] if name.startswith(("a ", "an "))} == {
            "a recalled unit": "recalled",
            "a good unit": "consistent",
            "a copied code": "suspicious",
            "an invented code": "unknown",
        }
        for name in ("console", "line", "api"):
            assert page(name).headers["content-type"].startswith("text/html")
