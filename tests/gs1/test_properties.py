"""What holds for every message, whatever is in it."""

from hypothesis import assume, given
from hypothesis import strategies as st
from tests.factories.messages import messages

from seriatim import gs1
from seriatim.gs1 import epc


def link_of(message: gs1.Message) -> str:
    try:
        return message.digital_link("https://a.example/x")
    except gs1.GS1Error:
        assume(False)
        raise


@given(messages())
def test_what_is_written_reads_as_it_was(message: gs1.Message) -> None:
    assert gs1.parse(message.bracketed()) == message
    assert gs1.parse(message.element_string()) == message
    assert gs1.parse("]d2" + message.element_string()[1:].replace("^", "\x1d")) == message
    assert gs1.parse(gs1.write_scan("qrcode", message.element_string())) == message


@given(messages())
def test_a_digital_link_holds_the_same_elements_and_is_its_own_canonical_form(message: gs1.Message) -> None:
    link = link_of(message)

    again = gs1.parse(link)

    assert sorted(again.elements) == sorted(set(message.elements))
    assert again.digital_link("https://a.example/x") == link
    assert gs1.parse(again.digital_link()).digital_link() == again.digital_link()


@given(messages())
def test_the_canonical_spellings_are_fixpoints(message: gs1.Message) -> None:
    for write in (gs1.Message.bracketed, gs1.Message.element_string):
        text = write(message)
        assert write(gs1.parse(text)) == text


@given(messages(), st.sampled_from(["", "?lang=en", "#top"]))
def test_a_lenient_reader_accepts_what_a_strict_one_accepts_and_reads_the_same(
    message: gs1.Message, end: str
) -> None:
    for text in (message.bracketed(), message.element_string(), link_of(message)):
        assert gs1.parse(text, options=gs1.LENIENT) == gs1.parse(text)
    link = link_of(message)
    if "?" not in link:
        assert gs1.parse(link + end, options=gs1.LENIENT) == gs1.parse(link + end)


LINKS = st.lists(
    st.sampled_from(
        ["01", "09506000134352", "9506000134352", "21", "A", "10", "gtin", "lot", "ser", "00", "006141411234567890", "", "x",
         "8004", "gln", "414", "4012345000054", "254"]
    ),
    max_size=8,
).map(lambda segments: "https://a/" + "/".join(segments))  # fmt: skip


@given(LINKS)
def test_a_lenient_reader_takes_no_strict_link_for_another_thing(link: str) -> None:
    try:
        strict = gs1.parse(link)
    except gs1.GS1Error:
        return

    assert gs1.parse(link, options=gs1.LENIENT) == strict


@given(messages())
def test_every_spelling_of_a_thing_has_the_same_key(message: gs1.Message) -> None:
    try:
        key = gs1.key_of(message)
    except gs1.GS1Error:
        assume(False)
    spellings = [message.bracketed(), message.element_string(), key.digital_link("http://b")]
    try:
        spellings.append(epc.key_to_urn(key, 7))
    except gs1.GS1Error as error:
        assert error.code == "no_urn"  # noqa: PT017 -- some keys have none

    assert {gs1.canonical_key(text) for text in spellings} == {key}


@given(messages(), st.sampled_from(["v1", "eh", "ex"]))
def test_a_compressed_link_names_the_same_thing_with_the_same_data(
    message: gs1.Message, form: gs1.Form
) -> None:
    link = link_of(message)
    try:
        short = gs1.compress(link, form)
    except gs1.GS1Error as error:
        assert error.code in {"no_tag", "no_compressed_form"}  # noqa: PT017 -- some links have no such form
        return

    again = gs1.parse(gs1.decompress(short))

    assert sorted(again.elements) == sorted(gs1.parse(link).elements)
    assert gs1.key_of(again) == gs1.key_of(message)


@given(st.text("()%28ABab/", min_size=1, max_size=20))
def test_a_bracket_in_a_urn_may_be_escaped_or_not(serial: str) -> None:
    plain = epc.to_urn(gs1.Message((("01", "09521234543213"), ("21", serial))), 7)
    escaped = plain[:29] + plain[29:].replace("(", "%28").replace(")", "%29")

    assert (
        gs1.canonical_key(plain)
        == gs1.canonical_key(escaped)
        == gs1.Key("sgtin", "09521234543213", serial, None, False)
    )
