"""Keys and products at the terminal: before the first start, beside a running server, and revoked."""

import json
from pathlib import Path

import httpx
from tests.factories.terminal import Server, answer_of, data_folder, seriatim


def test_a_key_made_before_the_first_start_opens_the_server_and_one_made_beside_it_does_too() -> None:
    with data_folder() as data:
        before = answer_of("keys", "create", "--role", "integration", "--name", "ERP", "--data", data)
        assert set(before) == {"id", "secret"}
        with Server(data) as server, httpx.Client(base_url=server.url, timeout=30) as client:

            def who(secret: str) -> httpx.Response:
                return client.get("/api/v1/me", headers={"authorization": f"Bearer {secret}"})

            beside = answer_of("keys", "create", "--role", "auditor", "--data", data)
            assert who(before["secret"]).json()["actor"]["role"] == "integration"
            assert who(beside["secret"]).json()["actor"]["role"] == "auditor"
            assert answer_of("keys", "revoke", before["id"], "--data", data) == {
                "id": before["id"],
                "revoked": True,
            }
            assert who(before["secret"]).status_code == 401
            assert "/welcome/" in server.said(), "the first start prints the link that sets a password"
        rows = answer_of("keys", "list", "--data", data)
    assert {(row["name"], row["role"], row["revoked_at"] is None) for row in rows} == {
        ("ERP", "integration", False),
        ("auditor", "auditor", True),
    }
    assert before["secret"] not in json.dumps(rows)


def test_the_secret_is_shown_once_and_says_how_to_send_it(data: Path) -> None:
    made = seriatim("keys", "create", "--role", "warehouse", "--data", data)
    listed = seriatim("keys", "list", "--data", data)

    assert made.returncode == 0, made.stderr
    assert "Authorization: Bearer SECRET" in made.stdout
    secret = made.stdout.split("\n\n")[1].strip()
    assert len(secret) >= 32
    assert secret not in listed.stdout
    assert "warehouse" in listed.stdout


def test_revoking_what_is_no_key_is_exit_1_in_one_sentence(data: Path) -> None:
    done = seriatim("keys", "revoke", "none", "--data", data)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("seriatim: ")
    assert len(done.stderr.splitlines()) == 1


def test_the_master_key_is_for_its_owner_alone(data: Path) -> None:
    answer_of("keys", "list", "--data", data)

    assert (data / "master.key").stat().st_mode & 0o777 == 0o600


def test_products_are_imported_all_or_none(data: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(
        "gtin,name,markets\n09506000134352,Huila,PT ES\n09506000134369,Sul de Minas,\n", encoding="utf-8"
    )
    bad.write_text("gtin,name\n09506000134376,Sidamo\n09506000134353,Wrong digit\n", encoding="utf-8")

    saved = answer_of("products", "import", good, "--data", data)
    refused = seriatim("products", "import", bad, "--data", data)
    listed = answer_of("products", "list", "--data", data)

    assert sorted(saved["created"]) == ["09506000134352", "09506000134369"]
    assert refused.returncode == 1
    assert refused.stderr.startswith("seriatim: row 3: ")
    assert [(product["gtin"], product["markets"]) for product in listed] == [
        ("09506000134352", ["PT", "ES"]),
        ("09506000134369", []),
    ]


def test_a_doctor_finds_a_fresh_folder_healthy_and_shows_no_secret(data: Path) -> None:
    answer = answer_of("doctor", "--data", data)

    assert {finding["state"] for finding in answer["findings"]} <= {"good", "watch"}
    assert answer["settings"]["database_url"] == "(embedded)"
    assert answer["settings"]["data"] == str(data)


def test_a_doctor_who_finds_no_database_says_so_and_is_exit_1(tmp_path: Path) -> None:
    done = seriatim(
        "doctor",
        "--json",
        "--data",
        tmp_path / "data",
        SERIATIM_DATABASE_URL="postgresql://u:hush@127.0.0.1:1/none",
    )

    (database,) = [f for f in json.loads(done.stdout)["findings"] if f["what"] == "Database"]
    assert (done.returncode, database["state"]) == (1, "bad")
    assert "hush" not in done.stdout + done.stderr
