"""What is refused before anything starts: addresses that no header can carry, ports that somebody else has."""

import socket

import pytest

from seriatim.base.settings import BadSettings, Settings
from seriatim.cli.serve import PortTaken, require_free_port


@pytest.mark.parametrize(
    "address",
    [
        "http://id.example.com\r\nX-Injected: 1",
        "http://id example.com",
        "http://ünique.example",
        "https://user:secret@id.example.com",
        "https://id.example.com:99999",
        "https://id.example.com:0",
        "https://[id.example.com",
        'https://id.example.com/">',
        "https://:443",
    ],
)
def test_a_public_address_that_no_answer_could_carry_is_refused(address: str) -> None:
    with pytest.raises(BadSettings):
        Settings(public_url=address)


@pytest.mark.parametrize("address", ["http://localhost:8470", "https://[2001:db8::1]:8443", "https://id.example.com/a"])  # fmt: skip
def test_a_plain_public_address_is_taken(address: str) -> None:
    assert Settings(public_url=address).public_url == address


def test_a_port_that_somebody_shares_already_is_taken() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()

        with pytest.raises(PortTaken):
            require_free_port("127.0.0.1", other.getsockname()[1])


def test_a_port_that_has_become_free_may_be_taken() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]

    require_free_port("127.0.0.1", port)
