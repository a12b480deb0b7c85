"""Puts an explanation together: the form, the fields, the faults and where, how to mend them, the other forms."""

import re
from dataclasses import replace

from seriatim.gs1.checksums import check_digit
from seriatim.gs1.element_string import finish
from seriatim.gs1.errors import GS1Error, printable
from seriatim.gs1.escaping import unescape_path
from seriatim.gs1.explaining.meanings import meaning
from seriatim.gs1.explaining.mending import LOOKALIKES, lost_separator, mend
from seriatim.gs1.explaining.model import Element, Explanation, Form, Problem, Verdict
from seriatim.gs1.explaining.names import name_of
from seriatim.gs1.explaining.recognising import Reading, read
from seriatim.gs1.explaining.things import headline_of, spellings_of
from seriatim.gs1.explaining.tokens import Token, tokens_of
from seriatim.gs1.message import Message
from seriatim.gs1.options import STRICT
from seriatim.gs1.table import ENTRIES
from seriatim.gs1.values import check_value

TEXT_MAX = 4096
"""Longest text that is explained, in characters: more than any symbol holds."""
PROBLEMS_MAX = 20

_ESCAPE = re.compile(r"%[2-7][0-9A-Fa-f]")
_SEPARATOR = re.compile(r"(?i)\{(?:GS|FNC1)\}|<(?:GS|FNC1)>|\[(?:GS|FNC1)\]|\\x1d|\\u001d|&#29;|␝")
_MENDS = {
    "missing_association": "Add the field that is required, or take this one out.",
    "excluded_pair": "Keep one of the two fields.",
    "different_repeat": "Keep one of the two values.",
    "duplicate": "Let each field stand once.",
    "unknown_ai": "Look for a mistyped application identifier, or for a separator that is missing before it.",
    "illegal_month": "Write dates as YYMMDD: year, month, day.",
    "illegal_day": "Write dates as YYMMDD: year, month, day.",
    "incorrect_check_digit": "Look for a mistyped digit.",
    "incorrect_check_pair": "Look for a mistyped character.",
    "non_digit_character": "Write digits only.",
    "value_too_short": "Look for characters that were lost.",
    "value_too_long": "Look for a separator that is missing behind this field.",
    "value_empty": "Write the value behind the field, or take the field out.",
    "bad_key_sequence": "Write the qualifiers behind the key in the order of the standard: 22, 10, 21 behind 01.",
    "belongs_in_path": "Write this field in the path of the address, not behind the question mark.",
    "not_an_attribute": "Take this field out of the address: it may stand only in a bar code.",
    "invalid_cset82_character": "Use letters without accents, digits and ordinary signs.",
}  # fmt: skip


def explain(text: str, *, this_year: int, gcp_length: int | None = None) -> Explanation:
    """What `text` means. `this_year` decides the century of two-digit years; `gcp_length` is the length of its company
    prefix, 6 to 12 digits, if it is known: then URN and classic tags can be written.

    Takes any str, raises nothing. Sources: GS1 General Specifications, Digital Link 1.6, Tag Data Standard 2.3.
    """
    if len(text) > TEXT_MAX:
        too_long = f"The text has {len(text):,} characters; no code holds more than {TEXT_MAX:,}."
        problem = Problem("too_long_input", too_long, "Give one code at a time.", 0, 0)
        return Explanation(text[:TEXT_MAX], "text", "Too long", "invalid", too_long, problems=(problem,))
    text, marked = _prepared(text)
    reading = read(text)
    notes = ("The separator was typed; it is read as FNC1.",) if marked else ()
    if reading.message is not None and reading.error is None:
        return _good(text, reading, reading.message, notes, this_year, gcp_length)
    return _doubtful(text, reading, notes, this_year, gcp_length)


def _prepared(text: str) -> tuple[str, bool]:
    """Without blanks around it, with real separators; and whether separators were typed."""
    text = text.strip(" \t\r\n\f\v\ufeff\u200b")
    if text[:8].lower().startswith(("http://", "https://")):
        return text, False
    real = _SEPARATOR.sub("\x1d", text)
    if real[:1] == "]":
        real = real[:3] + real[3:].replace("^", "\x1d").removeprefix("\x1d")
    return real, real != text


def _good(
    text: str, reading: Reading, message: Message, notes: tuple[str, ...], this_year: int, gcp: int | None
) -> Explanation:
    suspicions = _suspicions(text, reading)
    verdict: Verdict = "nearly" if suspicions else "valid"
    if reading.form == "number" and len(text) == 13:
        notes += ("Thirteen digits are a product (GTIN) or a place (GLN): only its use tells which.",)
    return Explanation(
        text,
        reading.form,
        reading.form_words,
        verdict,
        headline_of(message),
        _elements(reading, tokens_of(text, reading.form), (), message, this_year),
        suspicions,
        _split_at(text, reading, suspicions),
        spellings_of(message, reading.gcp_length or gcp, text),
        notes,
    )


def _doubtful(
    text: str, reading: Reading, notes: tuple[str, ...], this_year: int, gcp: int | None
) -> Explanation:
    """What the strict reader refuses: nearly a code, a code with faults, or no code at all."""
    if reading.error is None and reading.form == "scan_data":
        return _plain_scan(text, reading, notes)
    mended, mends = _mended(text, reading)
    message = reading.message or (read(mended).message if mended else None)
    if reading.error is None and not mended:
        return Explanation(text, reading.form, reading.form_words, "plain", _plain_words(reading.form))
    tokens = tokens_of(text, reading.form)
    problems = _problems(text, reading, tokens, mends)
    nearly = message is not None and (reading.message is not None or _harmless(problems, mended, text))
    elements = _elements(reading, tokens, problems, message, this_year)
    spelled = message if nearly else None
    if spelled is not None:
        # It is plain what was meant: the fields are told as they were meant, and one thing is to be done.
        elements = _as_meant(elements, spelled, this_year)
        problems = problems[:1]
    return Explanation(
        text,
        reading.form,
        _form_words(reading, mended),
        "nearly" if nearly else "invalid",
        headline_of(message) if nearly and message else _bad_words(problems),
        elements,
        problems,
        mended,
        spellings_of(spelled, reading.gcp_length or gcp, text) if spelled else (),
        notes,
    )


def _mended(text: str, reading: Reading) -> tuple[str, tuple[str, ...]]:
    mended, mends = mend(text)
    if mended or reading.message is None:
        return mended, mends
    link = reading.message.digital_link(reading.message.stem)
    extras = "&".join(reading.message.extras)
    link += f"{'&' if '?' in link else '?'}{extras}" if extras else ""
    return link, ("Write it as Digital Link 1.6 asks: numbers for words, no slash at the end.",)


def _plain_scan(text: str, reading: Reading, notes: tuple[str, ...]) -> Explanation:
    """A symbol that is not marked as GS1 may say anything; when its text reads like GS1 data, that is told."""
    inside = read(text[3:])
    inside = inside if inside.message else read(mend(text[3:])[0])
    if inside.message is not None:
        notes += (
            f"Its text alone reads like GS1 data: {headline_of(inside.message)} The symbol does not say so.",
        )
    headline = "A symbol with text of its own: it does not say that it carries GS1 data."
    return Explanation(text, reading.form, reading.form_words, "plain", headline, notes=notes)


def _harmless(problems: tuple[Problem, ...], mended: str, text: str) -> bool:
    """Whether mending changed the spelling only: the same letters and digits stand in both."""

    def bare(one: str) -> str:
        return "".join(c for c in one.translate(LOOKALIKES) if c.isalnum()).lower()

    return (
        bool(mended)
        and all(p.code != "incorrect_check_digit" for p in problems)
        and (bare(text) in bare(mended) or bare(mended) in bare(text))
    )


def _form_words(reading: Reading, mended: str) -> str:
    if reading.form == "text" and mended:
        return f"{read(mended).form_words}, not quite as it is written"
    return reading.form_words


def _plain_words(form: Form) -> str:
    return {
        "empty": "There is nothing to explain yet.",
        "url": "A web address, but none that names a thing: it carries no GS1 data.",
    }.get(form, "Plain text: nothing in it looks like a GS1 code.")


def _bad_words(problems: tuple[Problem, ...]) -> str:
    return problems[0].words if len(problems) == 1 else f"{len(problems)} things are wrong."


def _problems(
    text: str, reading: Reading, tokens: list[Token], mends: tuple[str, ...]
) -> tuple[Problem, ...]:
    """Every fault that can be seen; the strict reader's own when the fields alone are good."""
    found = [problem for token in tokens if (problem := _fault_of(token))]
    if not found and tokens:
        found = _between(tokens)
    error = reading.error
    if error is not None and not found:
        found = [_problem(error, text, tokens, reading)]
    if reading.message is not None and error is not None and error.code == "no_key":
        found = [
            Problem("old_spelling", "An older standard allowed this spelling; today's does not.", "", 0, 0)
        ]
    if not found:
        found = [Problem("not_gs1", "This is not quite a GS1 code.", "", 0, 0)]
    advice = " ".join(mends)
    first = found[0]
    if advice:
        found[0] = Problem(first.code, first.words, advice, *_place(first, text), first.ai, first.markup)
    return tuple(found[:PROBLEMS_MAX])


def _place(problem: Problem, text: str) -> tuple[int, int]:
    """A fault without a place of its own is shown at the first sign that no code may hold."""
    if problem.length:
        return problem.start, problem.length
    strange = next((at for at, c in enumerate(text) if c != "\x1d" and not "!" <= c <= "~"), None)
    return (problem.start, problem.length) if strange is None else (strange, 1)


def _fault_of(token: Token) -> Problem | None:
    if token.ai not in ENTRIES:
        wrong = printable(token.ai or token.value[:4])
        start = token.at + (1 if token.places[0] - token.at > len(token.ai) else 0)
        words = (
            f"No application identifier is {wrong}."
            if token.ai
            else f"No application identifier begins {wrong!r}."
        )
        length = min(max(len(token.ai), 2), token.places[-1] - start)
        return Problem("unknown_ai", words, _MENDS["unknown_ai"], start, length, token.ai)
    try:
        check_value(token.ai, token.value)
    except GS1Error as error:
        position = error.position if error.position is not None else 0
        length = _length_in(error.markup) if error.markup else len(token.value)
        start, size = token.span(position, max(length, 1))
        return Problem(
            error.code, _sentence(error), _MENDS.get(error.code, ""), start, size, token.ai, error.markup
        )
    return None


def _between(tokens: list[Token]) -> list[Problem]:
    """What does not go together, of fields that are good by themselves."""
    try:
        finish([(token.ai, token.value) for token in tokens], STRICT)
    except GS1Error as error:
        token = next((token for token in tokens if token.ai == error.ai), tokens[0])
        return [
            Problem(
                error.code, _sentence(error), _MENDS.get(error.code, ""), token.at,
                token.places[-1] - token.at, error.ai, error.markup,
            )
        ]  # fmt: skip
    return []


def _problem(error: GS1Error, text: str, tokens: list[Token], reading: Reading) -> Problem:
    """The strict reader's word, at its place in the text."""
    start, length = 0, 0
    token = next((token for token in tokens if error.ai and token.ai == error.ai), None)
    if token is not None:
        start, length = token.at, token.places[-1] - token.at
    elif reading.form == "number" and error.position is not None:
        start, length = len(text) - 1, 1
    elif not error.ai and error.position is not None:
        start, length = min(error.position, len(text) - 1), 1
    words = _sentence(error)
    words = _without_ai(words) if reading.form == "number" else words
    return Problem(error.code, words, _MENDS.get(error.code, ""), start, length, error.ai, error.markup)


def _length_in(markup: str) -> int:
    parts = markup.split("|")
    return len(parts[1]) if len(parts) > 2 else 1


def _sentence(error: GS1Error) -> str:
    words = str(error).partition("; here:")[0]
    return f"{words[:1].upper()}{words[1:]}."


def _without_ai(words: str) -> str:
    """The sentence without the field it is about: a bare number has but one."""
    _, colon, rest = words.partition(": ")
    return f"{rest[:1].upper()}{rest[1:]}" if colon and words.startswith("AI (") else words


def _elements(
    reading: Reading,
    tokens: list[Token],
    problems: tuple[Problem, ...],
    message: Message | None,
    this_year: int,
) -> tuple[Element, ...]:
    if tokens:
        faults = {problem.ai: problem.words for problem in reversed(problems) if problem.ai}
        return tuple(
            replace(
                _element(t.ai, t.value, _without_ai(faults.get(t.ai, "")), this_year),
                start=t.at,
                length=t.places[-1] - t.at,
            )
            for t in tokens
        )
    if reading.form == "number" and reading.error is not None:
        return (
            _element(
                reading.error.ai, reading.error.markup.partition(")")[2].replace("|", ""), "", this_year
            ),
        )
    return tuple(_element(ai, value, "", this_year) for ai, value in message.elements) if message else ()


def _as_meant(elements: tuple[Element, ...], message: Message, this_year: int) -> tuple[Element, ...]:
    """The fields of what was meant, each at the place where it stands in the text, where that is known."""
    meant = [_element(ai, value, "", this_year) for ai, value in message.elements]
    if [one.ai for one in meant] != [one.ai for one in elements]:
        return tuple(meant)
    return tuple(
        replace(one, start=given.start, length=given.length)
        for one, given in zip(meant, elements, strict=True)
    )


def _element(ai: str, value: str, fault: str, this_year: int) -> Element:
    entry = ENTRIES.get(ai)
    words = "" if fault else meaning(ai, value, this_year=this_year)
    return Element(ai, name_of(ai), entry.title if entry else "", value, words, _check(ai, value), fault)


def _check(ai: str, value: str) -> str:
    """What the check digit says."""
    start = 0
    for part in ENTRIES[ai].parts if ai in ENTRIES else ():
        digits = value[start : start + part.most]
        start += part.most
        if "csum" in part.linters and len(digits) == part.most and digits.isascii() and digits.isdigit():
            due = check_digit(digits[:-1])
            return (
                f"check digit {due} is right"
                if due == digits[-1]
                else f"check digit {digits[-1]} should be {due}"
            )
    return ""


def _suspicions(text: str, reading: Reading) -> tuple[Problem, ...]:
    """A valid code in which a separator was probably lost, or that was taken out of an address half decoded."""
    if reading.form not in {"element_string", "scan_data", "bracketed"}:
        return ()
    found = []
    for token in tokens_of(text, reading.form):
        if (escape := _ESCAPE.search(token.value)) and "pcenc" not in ENTRIES[token.ai].parts[0].linters:
            start, length = token.span(escape.start(), 3)
            words = f"{name_of(token.ai)} ({token.ai}) holds {escape[0]}, which is how addresses write {chr(int(escape[0][1:], 16))!a}."
            advice = "If the code came out of an address, write the sign itself."
            found.append(Problem("suspected_escape", words, advice, start, length, token.ai))
        if reading.form == "bracketed":
            continue
        if at := lost_separator(token):
            start, length = token.span(at, len(token.value))
            rest = printable(token.value[at:])
            words = (
                f"{name_of(token.ai)} ({token.ai}) holds {rest!r} at its end, which reads like another field."
            )
            advice = "If it is one, the separator (FNC1, sent as GS) between the two was lost: look at the printer."
            found.append(Problem("suspected_missing_fnc1", words, advice, start, length, token.ai))
    return tuple(found)


def _split_at(text: str, reading: Reading, suspicions: tuple[Problem, ...]) -> str:
    if not suspicions:
        return ""
    if suspicions[0].code == "suspected_escape":
        plain = unescape_path(text)
        return plain if read(plain).error is None else ""
    mark = "^" if reading.form == "element_string" else "\x1d"
    for problem in reversed([one for one in suspicions if one.code == "suspected_missing_fnc1"]):
        text = f"{text[: problem.start]}{mark}{text[problem.start :]}"
    return text if read(text).error is None else ""
