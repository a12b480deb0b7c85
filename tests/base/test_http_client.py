"""Calls to somebody else's address: bounded in time and bytes, and sent nowhere else."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.factories.receiver import Receiver, receiving

from seriatim.base.http_client import HttpClient, NoReply
from seriatim.base.outbound import AddressRefused, Policy

pytestmark = pytest.mark.anyio

HERE = Policy((ip_network("127.0.0.0/8"),))
PLAIN = {"Content-Type": "text/plain"}


async def at_home(_: str, __: int) -> Sequence[str]:
    return ["127.0.0.1"]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as one:
        yield one


async def test_a_body_arrives_as_it_is_and_the_answer_comes_back(receiver: Receiver) -> None:
    body = bytes(range(256)) * 100

    reply = await HttpClient(HERE).post(f"http://127.0.0.1:{receiver.port}/a?b=c", PLAIN, body)

    (one,) = receiver.received
    assert (one.body, one.target, one.headers["content-type"]) == (body, "/a?b=c", "text/plain")
    assert one.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert (reply.status, reply.body) == (200, b"answered 200")


async def test_T32_a_name_that_turns_to_another_address_after_it_was_checked_is_refused(
    receiver: Receiver,
) -> None:
    answers = [["93.184.216.34"], ["127.0.0.1"]]

    async def turning(_: str, __: int) -> Sequence[str]:
        return answers.pop(0)

    client = HttpClient(Policy(), resolve=turning)
    url = f"https://receiver.example:{receiver.port}/"

    await client.vet(url)
    with pytest.raises(AddressRefused):
        await client.post(url, PLAIN, b"x")
    assert receiver.received == []


async def test_T32_the_name_is_asked_for_once_and_the_connection_goes_to_that_answer(
    receiver: Receiver,
) -> None:
    asked: list[str] = []

    async def counting(host: str, _: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    client = HttpClient(HERE, resolve=counting)
    await client.post(f"http://no-such-name.example:{receiver.port}/", PLAIN, b"x")

    assert asked == ["no-such-name.example"]
    assert receiver.received[0].headers["host"] == f"no-such-name.example:{receiver.port}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_T32_a_redirect_is_an_answer_and_is_not_followed(receiver: Receiver, status: int) -> None:
    receiver.raw = (
        f"HTTP/1.1 {status} X\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n".encode()
    )

    reply = await HttpClient(HERE).post(receiver.url, PLAIN, b"x")

    assert (reply.status, len(receiver.received)) == (status, 1)


@pytest.mark.parametrize(
    ("raw", "status", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcdef", 200, b"abc"),
        (b"HTTP/1.0 202\r\n\r\nabc", 202, b"abc"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
            200,
            b"abcde",
        ),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 200, b""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nabc", 200, b"abc"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nabc", 200, b"abc"),
    ],
)
async def test_what_servers_answer_is_understood(
    receiver: Receiver, raw: bytes, status: int, body: bytes
) -> None:
    receiver.raw = raw

    reply = await HttpClient(HERE).post(receiver.url, PLAIN, b"x")

    assert (reply.status, reply.body) == (status, body)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 20,
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
    ],
)
async def test_what_is_no_answer_is_none(receiver: Receiver, raw: bytes) -> None:
    receiver.raw = raw

    with pytest.raises(NoReply):
        await HttpClient(HERE).post(receiver.url, PLAIN, b"x")


async def test_T34_an_answer_of_ten_megabytes_is_cut(receiver: Receiver) -> None:
    receiver.raw = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 10_000_000

    reply = await HttpClient(HERE).post(receiver.url, PLAIN, b"x", answer_bytes=65_536)

    assert (reply.status, len(reply.body)) == (200, 65_536)


async def test_T34_a_head_that_comes_byte_by_byte_is_cut_at_the_deadline() -> None:
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for byte in b"HTTP/1.1 200 OK and so on and so on":
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.05)
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(NoReply, match="no answer within"):
        await HttpClient(HERE).post(f"http://127.0.0.1:{port}/", PLAIN, b"x", deadline_s=0.2)
    server.close()


async def test_T34_who_never_answers_is_left_at_the_deadline(receiver: Receiver) -> None:
    receiver.hangs = True

    with pytest.raises(NoReply, match="no answer within"):
        await HttpClient(HERE).post(receiver.url, PLAIN, b"x", deadline_s=0.1)


async def test_an_answer_that_comes_before_the_whole_body_was_read_is_heard() -> None:
    async def hasty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(hasty, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    reply = await HttpClient(HERE).post(f"http://127.0.0.1:{port}/", PLAIN, b"x" * 8_000_000)

    assert reply.status == 413
    server.close()


async def test_nobody_there_and_no_such_name_are_no_reply() -> None:
    async def unknown(_: str, __: int) -> Sequence[str]:
        raise OSError("no such name")

    with pytest.raises(NoReply, match="no answer"):
        await HttpClient(HERE).post("http://127.0.0.1:1/", PLAIN, b"x")
    with pytest.raises(NoReply, match="is not known"):
        await HttpClient(HERE, resolve=unknown).post("https://a.example/", PLAIN, b"x")


def certificate(name: str, folder: Path) -> tuple[Path, bytes]:
    """A certificate of its own authority: its file with the key, and the certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ip_address("192.0.2.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    file = folder / f"{name}.pem"
    file.write_bytes(
        pem
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file, pem


async def test_the_certificate_must_be_that_of_the_name_and_trusted(tmp_path: Path) -> None:
    file, pem = certificate("receiver.example", tmp_path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    trusting = ssl.create_default_context(cadata=pem.decode())
    async with receiving(server) as receiver:
        client = HttpClient(HERE, tls=trusting, resolve=at_home)
        good = await client.post(f"https://receiver.example:{receiver.port}/", PLAIN, b"x")
        for url, tls in (
            (f"https://other.example:{receiver.port}/", trusting),
            (f"https://receiver.example:{receiver.port}/", None),
        ):
            with pytest.raises(NoReply, match="no safe connection"):
                await HttpClient(HERE, tls=tls, resolve=at_home).post(url, PLAIN, b"x")

        assert good.status == 200
        assert len(receiver.received) == 1
