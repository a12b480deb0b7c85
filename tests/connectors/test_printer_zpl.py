"""One contract for every printer: over the network to a printer that is none, and to the same device directly."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from seriatim import symbols
from seriatim.areas import line
from seriatim.connectors import printer_zpl
from seriatim.connectors.printer_zpl import ZplPrinter, read_status
from seriatim.connectors.printer_zpl_fake import DirectPrinter, FakeDevice, FakePrinter
from seriatim.symbols.zpl_reading import commands

TEMPLATE = symbols.LabelTemplate.load("""
format = 1
name = "bag"
width_mm = 50
height_mm = 26
[[elements]]
kind = "symbol"
symbology = "datamatrix"
content = "(01){gtin}(10){lot}(21){serial}"
x_mm = 34
y_mm = 5
module_mm = 0.508
[[elements]]
kind = "text"
text = "{product}"
x_mm = 3
y_mm = 20
size_mm = 2.2
width_max_mm = 44
[[elements]]
kind = "text"
text = "{brand}"
x_mm = 3
y_mm = 4
size_mm = 2.2
width_max_mm = 28
align = "center"
""")
VALUES = {"gtin": "09506000134352", "lot": "H26K20", "product": "Huila 250 g", "brand": "ALBORAL"}


def jobs(count: int) -> list[bytes]:
    return [TEMPLATE.render_zpl(VALUES | {"serial": f"S{number:05}"}) for number in range(count)]


def serials(device: FakeDevice) -> list[str]:
    """What a reader finds on the labels that came out."""
    found = []
    for paper in device.printed:
        [read] = symbols.read(np.where(paper.dots, np.uint8(0), np.uint8(255)), formats=["datamatrix"])
        found.append(read.text.rsplit("(21)")[1])
    return found


Connect = Callable[[FakeDevice], AbstractAsyncContextManager[line.Printer]]


@asynccontextmanager
async def over_the_network(device: FakeDevice) -> AsyncIterator[line.Printer]:
    fake = FakePrinter(device, labels_per_second=400)
    printer = ZplPrinter("127.0.0.1", await fake.start())
    try:
        yield printer
    finally:
        await printer.close()
        await fake.stop()


@asynccontextmanager
async def directly(device: FakeDevice) -> AsyncIterator[line.Printer]:
    yield DirectPrinter(device)


@pytest.fixture(params=[over_the_network, directly])
def connect(request: pytest.FixtureRequest) -> Connect:
    return request.param


def run(act: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(act(), 30))


def test_a_fresh_printer_is_idle_and_well(connect: Connect) -> None:
    async def act() -> None:
        async with connect(FakeDevice()) as printer:
            status = await printer.status()

            assert (status.unprinted, status.faults) == (0, ())

    run(act)


def test_every_label_is_printed_once_in_order(connect: Connect) -> None:
    device = FakeDevice()
    seen: list[int] = []

    async def act() -> None:
        async with connect(device) as printer:
            done = await line.print_labels(printer, jobs(12), watch=lambda one: seen.append(one.confirmed))

            assert (done.confirmed, done.fault, list(done.doubtful)) == (12, None, [])

    run(act)
    assert serials(device) == [f"S{number:05}" for number in range(12)]
    assert seen == sorted(seen)
    assert device.refused == []


def test_never_more_labels_are_ahead_than_the_line_can_follow(connect: Connect) -> None:
    device = FakeDevice()
    most = 0

    async def act() -> None:
        async with connect(device) as printer:

            def watch(one: line.PrintRun) -> None:
                nonlocal most
                most = max(most, len(one.doubtful))

            await line.print_labels(printer, jobs(10), ahead=3, watch=watch)

    run(act)
    assert most == 3


def test_preparing_switches_the_printers_own_reprint_off(connect: Connect) -> None:
    device = FakeDevice()

    async def act() -> None:
        async with connect(device) as printer:
            await printer.prepare()
            await printer.status()

    run(act)
    assert device.reprint_after_error is False


def test_at_the_end_of_the_roll_the_run_stops_and_says_which_labels_are_in_doubt(connect: Connect) -> None:
    device = FakeDevice(labels_left_on_roll=5)

    async def act() -> None:
        async with connect(device) as printer:
            stopped = await line.print_labels(printer, jobs(12), ahead=3)

            assert stopped.fault == "paper_out"
            assert stopped.confirmed >= 5
            assert stopped.sent - stopped.confirmed <= 3

    run(act)
    assert serials(device) == [f"S{number:05}" for number in range(5)]
    assert device.spoilt == 1


def test_after_an_error_printing_resumes_behind_what_was_sent_and_no_label_comes_twice(
    connect: Connect,
) -> None:
    device = FakeDevice(labels_left_on_roll=5)
    labels = jobs(12)

    async def act() -> None:
        async with connect(device) as printer:
            stopped = await line.print_labels(printer, labels, ahead=3)
            await printer.cancel()
            device.paper_out = False
            resumed = await line.print_labels(printer, labels, first=stopped.sent, ahead=3)

            assert resumed.is_done

    run(act)
    came = serials(device)
    assert len(set(came)) == len(came)
    assert came[:5] == [f"S{number:05}" for number in range(5)]
    assert came[-1] == "S00011"


@pytest.mark.parametrize("fault", ["paper_out", "ribbon_out", "head_open", "paused"])
def test_each_fault_is_named_and_nothing_is_sent(connect: Connect, fault: str) -> None:
    device = FakeDevice(**{fault: True})

    async def act() -> None:
        async with connect(device) as printer:
            stopped = await line.print_labels(printer, jobs(3))

            assert (stopped.fault, stopped.sent) == (fault, 0)

    run(act)
    assert device.count == 0


def test_cancelling_empties_the_printer(connect: Connect) -> None:
    device = FakeDevice(paused=True)

    async def act() -> None:
        async with connect(device) as printer:
            for job in jobs(3):
                await printer.send(job)
            before = await printer.status()
            await printer.cancel()
            after = await printer.status()

            assert (before.unprinted, after.unprinted) == (3, 0)

    run(act)


def test_copies_are_counted_as_labels(connect: Connect) -> None:
    device = FakeDevice()

    async def act() -> None:
        async with connect(device) as printer:
            await printer.send(jobs(1)[0].replace(b"^PQ1", b"^PQ3"))
            while device.count < 3:
                await printer.status()
                await asyncio.sleep(0.01)
            assert (await printer.status()).unprinted == 0

    run(act)
    assert serials(device) == ["S00000"] * 3


# What only a network can do.


def test_a_printer_that_is_not_there_is_away() -> None:
    async def act() -> None:
        fake = FakePrinter()
        port = await fake.start()
        await fake.stop()

        with pytest.raises(line.PrinterAway, match="cable"):
            await ZplPrinter("127.0.0.1", port).status()
        stopped = await line.print_labels(ZplPrinter("127.0.0.1", port), jobs(2))
        assert (stopped.fault, stopped.sent) == ("away", 0)

    run(act)


def test_a_printer_that_comes_back_is_spoken_to_again() -> None:
    async def act() -> None:
        fake = FakePrinter()
        port = await fake.start()
        printer = ZplPrinter("127.0.0.1", port)
        await printer.status()
        await fake.stop()
        with pytest.raises(line.PrinterAway):
            await printer.status()
        again = FakePrinter()
        await again.start(port=port)

        assert (await printer.status()).faults == ()
        await printer.close()
        await again.stop()

    run(act)


def test_power_lost_in_mid_run_leaves_labels_in_doubt_and_none_is_printed_twice() -> None:
    device, labels = FakeDevice(), jobs(12)

    async def act() -> None:
        fake = FakePrinter(device, labels_per_second=200)
        port = await fake.start()
        printer = ZplPrinter("127.0.0.1", port, timeout_s=0.5)
        off: list[asyncio.Task[None]] = []

        def watch(run: line.PrintRun) -> None:
            if run.confirmed >= 4 and not off:
                off.append(asyncio.create_task(fake.stop()))

        stopped = await line.print_labels(printer, labels, ahead=3, watch=watch)
        await asyncio.gather(*off)
        again = FakePrinter(device, labels_per_second=200)  # its memory is its own; the paper is the same
        device.receive(b"~JA")
        await again.start(port=port)
        resumed = await line.print_labels(printer, labels, first=stopped.sent, ahead=3)

        assert stopped.fault == "away"
        assert 4 <= stopped.confirmed <= stopped.sent < 12
        assert resumed.is_done
        await printer.close()
        await again.stop()

    run(act)
    came = serials(device)
    assert len(set(came)) == len(came)
    assert came[-1] == "S00011"


async def _answering(answer: Callable[[asyncio.StreamWriter], Awaitable[None]]) -> tuple[asyncio.Server, int]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        await answer(writer)
        await writer.drain()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


def test_an_answer_in_pieces_is_put_together() -> None:
    async def in_pieces(writer: asyncio.StreamWriter) -> None:
        for byte in FakeDevice(head_open=True).status():
            writer.write(bytes([byte]))
            await writer.drain()

    async def act() -> None:
        server, port = await _answering(in_pieces)
        printer = ZplPrinter("127.0.0.1", port)

        assert (await printer.status()).faults == ("head_open",)
        await printer.close()
        server.close()

    run(act)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (b"", "printer_away"),
        (b"\x02030,0,0\x03", "printer_away"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n" * 300, "printer_not_a_status"),
        (b"\x02a\x03\x02b\x03\x02c\x03", "printer_not_a_status"),
    ],
)
def test_half_an_answer_or_another_machine_is_no_printer(said: bytes, code: str) -> None:
    async def say(writer: asyncio.StreamWriter) -> None:
        writer.write(said)

    async def act() -> None:
        server, port = await _answering(say)
        printer = ZplPrinter("127.0.0.1", port, timeout_s=0.2)

        with pytest.raises(line.PrinterAway) as refusal:
            await printer.status()

        assert refusal.value.code == code
        server.close()

    run(act)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_status_or_refused(answer: bytes) -> None:
    with suppress(printer_zpl.NotAStatus):
        assert read_status(answer).unprinted >= 0


NAMES = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x17F, exclude_characters="\x7f\\"), max_size=30
)
SHAPE = ["^XA", "^CI", "^LH", "^PW", "^LL", "^FO", "^GF", "^FS"]
TEXT = ["^FO", "^A0", "^FH", "^FD", "^FS"]
BLOCK = ["^FO", "^A0", "^FB", "^FH", "^FD", "^FS"]


@settings(max_examples=150, deadline=None)
@given(
    product=NAMES | st.sampled_from(["^XA~JR^XZ", "~JA", "${x}", "_5EXA", "^FS^JUF", "~HS~HS"]), brand=NAMES
)
def test_T07_no_control_command_at_the_printer_came_from_data(product: str, brand: str) -> None:
    device = FakeDevice()
    values = VALUES | {"serial": "A1", "product": product, "brand": brand}
    assume(not TEMPLATE.faults(values))  # too long for its room
    job = TEMPLATE.render_zpl(values)

    answer = device.receive(job)

    assert answer == b""
    assert device.heard == [*SHAPE, *TEXT, *BLOCK, "^PQ", "^XZ"]
    assert [one.name for one in commands(job)] == device.heard
    assert len(re.findall(rb"[\^~]", job)) == len(device.heard)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.binary(max_size=60)
        | st.sampled_from([b"^XA", b"^XZ", b"~HS", b"~JA", b"^GFA,4,4,1,", b"^PW10^LL10"])
    )
)
def test_the_device_swallows_any_bytes(pieces: list[bytes]) -> None:
    device = FakeDevice()

    for piece in pieces:
        device.receive(piece)
        device.step()

    assert read_status(device.status()).unprinted >= 0


@pytest.mark.parametrize("cut", [1, 40, 200, -3])
def test_a_job_cut_anywhere_by_the_network_is_one_label(cut: int) -> None:
    device = FakeDevice()
    [job] = jobs(1)

    device.receive(job[:cut])
    partial = read_status(device.receive(b"~HS"))
    device.receive(job[cut:])
    device.step()

    assert serials(device) == ["S00000"]
    assert partial.receiving
