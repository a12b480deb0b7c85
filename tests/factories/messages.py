"""Makes valid messages of every application identifier, for tests of what must hold for all of them."""

from hypothesis import strategies as st

from seriatim import gs1
from seriatim.gs1.associations import check_associations
from seriatim.gs1.checksums import CSET82, check_pair
from seriatim.gs1.table import ENTRIES, Part, members
from seriatim.gs1.values import CHECKS

DIGITS = "0123456789"
CHARACTERS = {"n": DIGITS, "x": CSET82, "y": "#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", "z": "ABCxyz019-_"}
# Values that random characters would hardly hit.
SAMPLES = {
    "8013": ["62577B8fRG7HJK"], "8007": ["BE71096123456769"], "7258": ["1/3"], "8026": ["095060001343520102"],
    "8110": ["012345612345611110123"], "8112": ["001234561234560123456"], "7040": ["1ABC"],
}  # fmt: skip
SHAPED = {
    "yymmd0": ["260200", "271231", "000229"], "yymmdd": ["260228", "271231"], "yyyymmdd": ["20260228", "19991231"],
    "hhmi": ["0000", "2359"], "hh": ["07", "23"], "mi": ["00", "59"], "ss": ["00", "59"], "iso3166": ["620", "276"],
    "iso3166999": ["999", "276"], "iso3166alpha2": ["PT", "DE"], "iso4217": ["978", "840"], "iso5218": ["0", "9"],
    "packagetype": ["1A"], "mediatype": ["01", "99"], "pieceoftotal": ["0102", "9999"], "zero": ["0"], "yesno": ["0", "1"],
    "winding": ["0", "9"], "importeridx": ["-", "Z"], "latitude": ["0000000000", "1800000000"],
    "longitude": ["3600000000"], "hyphen": ["-"], "hasnondigit": ["A1"], "nonzero": ["0001", "1"], "nozeroprefix": ["1", "20"],
    "pcenc": ["A%20B"], "iban": ["BE71096123456769"],
}  # fmt: skip


@st.composite
def part_text(draw: st.DrawFn, part: Part) -> str:
    for name in part.linters:
        fitting = [text for text in SHAPED.get(name, []) if part.least <= len(text) <= part.most]
        if fitting:
            return draw(st.sampled_from(fitting))
    body = draw(st.text(CHARACTERS[part.cset], min_size=part.least, max_size=part.most))
    if "csum" in part.linters:
        return gs1.with_check_digit(body[:-1])
    return body[:-2] + check_pair(body[:-2]) if "csumalpha" in part.linters and len(body) > 2 else body


@st.composite
def values(draw: st.DrawFn, ai: str) -> str:
    """A valid value of `ai`."""
    if ai in SAMPLES:
        return draw(st.sampled_from(SAMPLES[ai]))
    text = ""
    for part in ENTRIES[ai].parts:
        if part.optional and not draw(st.booleans()):
            break
        text += draw(part_text(part))
    return text


FAMILIES = sorted({ai[:2] if ai[0] == "3" and len(ai) == 4 else ai for ai in ENTRIES})


@st.composite
def messages(draw: st.DrawFn) -> gs1.Message:
    """A valid message: a few elements, and what they need beside them."""
    elements: tuple[tuple[str, str], ...] = ()
    families = draw(st.lists(st.sampled_from(FAMILIES), min_size=1, max_size=6))
    if draw(st.booleans()):
        families.insert(0, draw(st.sampled_from(["01", "00", "8006", "414", "8004", "253"])))
    for family in families:
        ai = draw(st.sampled_from([ai for ai in ENTRIES if ai.startswith(family)]))
        more = draw(with_needs(ai, dict(elements)))
        if all(CHECKS[ai](value) for ai, value in more) and _stand_together(elements + more):
            elements += more
    if not elements:
        elements = (("99", draw(values("99"))),)
    return gs1.Message(tuple(draw(st.permutations(elements))))


@st.composite
def with_needs(draw: st.DrawFn, ai: str, present: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """An element and those that must stand beside it, unless they are there."""
    new: dict[str, str] = {}
    wanted = [ai]
    while wanted:
        name = wanted.pop()
        if name in present or name in new:
            continue
        new[name] = draw(values(name))
        for need in ENTRIES[name].needs:
            group = draw(st.sampled_from(need))
            wanted += [draw(st.sampled_from(members(pattern))) for pattern in group]
    return tuple(new.items())


def _stand_together(elements: tuple[tuple[str, str], ...]) -> bool:
    try:
        check_associations(elements)
    except gs1.GS1Error:
        return False
    return True
