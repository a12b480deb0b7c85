from pathlib import Path

import pytest

from seriatim.base.settings import BadSettings, Settings

FULL = {
    "SERIATIM_DATABASE_URL": "postgresql://me:hush@db.example:5433/trace?password=hush2",
    "SERIATIM_DATA": "/srv/seriatim",
    "SERIATIM_PUBLIC_URL": "https://id.example.com/",
    "SERIATIM_MASTER_KEY_FILE": "/run/keys/master",
    "SERIATIM_OIDC_ISSUER": "https://login.example.com",
    "SERIATIM_OIDC_CLIENT_ID": "seriatim",
    "SERIATIM_OIDC_CLIENT_SECRET": "hush3",
    "SERIATIM_LOG_LEVEL": "DEBUG",
}


def test_every_setting_has_a_default_that_works_on_a_laptop() -> None:
    settings = Settings.from_environment({})

    assert settings.database_url is None
    assert settings.data == Path("seriatim-data")
    assert settings.master_key_file == Path("seriatim-data/master.key")
    assert (settings.public_url, settings.log_level) == ("http://localhost:8470", "info")


def test_every_setting_comes_from_its_variable() -> None:
    settings = Settings.from_environment(FULL)

    assert settings.database_url == FULL["SERIATIM_DATABASE_URL"]
    assert settings.data == Path("/srv/seriatim")
    assert settings.public_url == "https://id.example.com"
    assert settings.master_key_file == Path("/run/keys/master")
    assert (settings.oidc_issuer, settings.oidc_client_id) == ("https://login.example.com", "seriatim")
    assert (settings.oidc_client_secret, settings.log_level) == ("hush3", "debug")


def test_an_override_wins_and_none_is_no_override() -> None:
    settings = Settings.from_environment(FULL, data="/elsewhere", database_url=None)

    assert settings.data == Path("/elsewhere")
    assert settings.database_url == FULL["SERIATIM_DATABASE_URL"]


def test_no_secret_is_shown() -> None:
    settings = Settings.from_environment(FULL)

    shown = settings.shown()

    assert list(shown) == list(Settings.__dataclass_fields__)
    assert shown["database_url"] == "postgresql://db.example:5433/trace"
    assert shown["oidc_client_secret"] == "(set)"
    assert "hush" not in str(shown) + repr(settings)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SERIATIM_PUBLIC_URL", "id.example.com"),
        ("SERIATIM_PUBLIC_URL", "https://id.example.com/?a=b"),
        ("SERIATIM_LOG_LEVEL", "loud"),
        ("SERIATIM_OIDC_ISSUER", "ftp://login.example.com"),
        ("SERIATIM_OIDC_CLIENT_ID", ""),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_the_name_of_its_variable(
    variable: str, value: str
) -> None:
    with pytest.raises(BadSettings, match=variable):
        Settings.from_environment(FULL | {variable: value})
