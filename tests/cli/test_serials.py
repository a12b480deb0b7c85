"""`seriatim serials`: leased once, told once, found again, rotated, brought in from outside."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.factories.terminal import answer_of, data_folder, seriatim

GTIN = "09506000134352"
PRODUCTS = f'[[products]]\ngtin = "{GTIN}"\nname = "Huila"\n'


@pytest.fixture(scope="module")
def plant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder with one product."""
    file = tmp_path_factory.mktemp("products") / "products.toml"
    file.write_text(PRODUCTS)
    with data_folder() as data:
        done = seriatim("products", "import", file, "--data", data)
        assert done.returncode == 0, done.stderr
        yield data


def test_serials_are_leased_into_a_file_and_each_is_found_again(plant: Path, tmp_path: Path) -> None:
    out = tmp_path / "serials.csv"
    done = seriatim(
        "serials", "lease", GTIN, "50", "--line", "L3", "--order", "4711", "--out", out, "--data", plant
    )
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))

    assert done.returncode == 0, done.stderr
    assert len({row["serial"] for row in rows}) == 50
    assert rows[0]["bracketed"] == f"(01){GTIN}(21){rows[0]['serial']}"
    found = answer_of("serials", "show", GTIN, rows[7]["serial"], "--data", plant)
    assert (found["line"], found["order_number"], found["count"]) == ("L3", "4711", 50)
    assert "first" not in found, "counters never leave the server"
    assert answer_of("serials", "show", found["id"], "--data", plant)["state"] == "granted"


def test_a_file_that_is_there_is_never_written_over(plant: Path, tmp_path: Path) -> None:
    out = tmp_path / "serials.csv"
    out.write_text("mine")
    before = answer_of("serials", "show", GTIN, "--data", plant)["gone"]

    done = seriatim("serials", "lease", GTIN, "5", "--line", "L3", "--out", out, "--data", plant)

    assert (done.returncode, out.read_text()) == (1, "mine")
    assert "is there already" in done.stderr
    assert answer_of("serials", "show", GTIN, "--data", plant)["gone"] == before


def test_a_serial_that_was_never_issued_is_exit_1(plant: Path) -> None:
    done = seriatim("serials", "show", GTIN, "ABCDEF234567", "--data", plant)

    assert (done.returncode, done.stdout) == (1, "ABCDEF234567 was never issued here.\n")


def test_a_signed_lease_is_a_document_that_a_line_can_check(plant: Path) -> None:
    lent = answer_of("serials", "lease", GTIN, "3", "--line", "L4", "--signed", "--data", plant)

    assert len(lent["serials"]) == 3
    assert lent["statement"]["proof"]["cryptosuite"] == "eddsa-jcs-2022"


def test_the_file_of_a_signed_lease_holds_the_serials_too_and_is_its_owners_alone(
    plant: Path, tmp_path: Path
) -> None:
    out = tmp_path / "lease.json"
    done = seriatim("serials", "lease", GTIN, "3", "--line", "L4", "--signed", "--out", out, "--data", plant)
    told = json.loads(out.read_text(encoding="utf-8"))

    assert done.returncode == 0, done.stderr
    assert (len(told["serials"]), told["statement"]["count"]) == (3, 3)
    assert out.stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_made_costs_no_serials(plant: Path, tmp_path: Path) -> None:
    before = answer_of("serials", "show", GTIN, "--data", plant)["gone"]

    nowhere = seriatim(
        "serials", "lease", GTIN, "5", "--line", "L3", "--out", tmp_path / "no" / "x.csv", "--data", plant
    )
    refused = seriatim(
        "serials",
        "lease",
        "09506000134369",
        "5",
        "--line",
        "L3",
        "--out",
        tmp_path / "y.csv",
        "--data",
        plant,
    )

    assert (nowhere.returncode, refused.returncode) == (1, 1)
    assert "No such file or directory" in nowhere.stderr
    assert list(tmp_path.iterdir()) == []
    assert answer_of("serials", "show", GTIN, "--data", plant)["gone"] == before


def test_the_forecast_names_product_and_line(plant: Path) -> None:
    answer_of("serials", "lease", GTIN, "10", "--line", "L5", "--data", plant)

    told = answer_of("serials", "forecast", "--data", plant)
    words = seriatim("serials", "forecast", "--data", plant).stdout

    assert [one["gtin"] for one in told["products"]] == [GTIN]
    assert "L5" in {one["line"] for one in told["lines"]}
    assert "lasts until" in words


def test_a_lease_ends_with_what_was_used(plant: Path) -> None:
    lent = answer_of("serials", "lease", GTIN, "20", "--line", "L6", "--data", plant)

    ended = answer_of("serials", "end", lent["id"], "returned", "--used", "8", "--data", plant)
    again = seriatim("serials", "end", lent["id"], "void", "--reason", "lost", "--data", plant)

    assert (ended["state"], ended["used"]) == ("returned", 8)
    assert again.returncode == 1
    assert "returned already" in again.stderr


def test_presets_are_listed_and_one_begins_the_next_generation(plant: Path) -> None:
    names = [one["name"] for one in answer_of("serials", "presets")]
    begun = answer_of(
        "serials", "rotate", GTIN, "--preset", "no_words", "--reason", "words on labels", "--data", plant
    )

    assert names[0] == "default"
    assert begun["generation"] >= 1
    assert answer_of("serials", "show", GTIN, "--data", plant)["generations"][-1]["is_current"] is True


def test_numbers_from_outside_come_in_whole_or_not_at_all(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text("AAA111\nAAA112\nAAA113\n")
    bad.write_text("AAA114\nAAA111\nno good\n")
    with data_folder() as data:
        (tmp_path / "products.toml").write_text(PRODUCTS)
        seriatim("products", "import", tmp_path / "products.toml", "--data", data)
        answer_of(
            "serials", "rotate", GTIN, "--imported", "--reason", "the agency issues them", "--data", data
        )
        kept = answer_of("serials", "import", GTIN, good, "--issuer", "Agency", "--data", data)
        refused = seriatim("serials", "import", GTIN, bad, "--issuer", "Agency", "--data", data)
        lent = answer_of("serials", "lease", GTIN, "2", "--line", "L1", "--data", data)

    assert kept["count"] == 3
    assert refused.returncode == 1
    assert f"{bad}:2: imported_before: AAA111" in refused.stderr
    assert lent["serials"] == ["AAA111", "AAA112"]


def test_there_is_nothing_to_reconcile_in_a_healthy_house(plant: Path) -> None:
    assert answer_of("serials", "reconcile", "--data", plant) == {
        "frozen": False,
        "why": "",
        "units": 0,
        "ahead": [],
    }
    done = seriatim("serials", "reconcile", "--reason", "just so", "--data", plant)
    assert done.returncode == 1
    assert "nothing to reconcile" in done.stderr


def test_what_is_asked_of_an_unknown_product_is_answered_in_one_sentence(plant: Path) -> None:
    done = seriatim("serials", "lease", "09506000134369", "5", "--line", "L1", "--data", plant)

    assert (done.returncode, done.stdout) == (1, "")
    assert json.dumps(done.stderr).count("\\n") == 1
