"""JSON routes of NFC tags: put them on units, give their keys to an encoder, verify a tap."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from seriatim import gs1
from seriatim.access import Call, Endpoint
from seriatim.base import limits
from seriatim.base.errors import Unprocessable
from seriatim.identity.nfc import actions
from seriatim.identity.nfc.keys import Mode
from seriatim.identity.nfc.store import Tag
from seriatim.identity.nfc.sun import SunReason, Tamper

Uid = Annotated[str, Meta(pattern="^[0-9A-F]{14}$")]


class NewTag(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A chip that sits on a unit."""

    uid: Uid
    """14 hexadecimal digits, capitals."""
    gtin: str
    """14 digits."""
    serial: str
    generation: Annotated[int, Meta(ge=0, le=32_767)] = 0
    """Of the keys that are written into it."""
    counter: Annotated[int, Meta(ge=-1, le=16_777_215)] = -1
    """Where the encoder left it; -1: never tapped."""


class NewTags(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Chips that sit on units; all are kept or none."""

    tags: Annotated[list[NewTag], Meta(min_length=1, max_length=actions.TAGS_MAX)]


class Enrolled(msgspec.Struct, frozen=True):
    """How many chips were new."""

    new: int


class WantedKeys(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Chips whose keys an encoder needs."""

    uids: Annotated[list[Uid], Meta(min_length=1, max_length=actions.EXPORT_MAX)]
    mode: Mode = "aes"


class TagSecrets(msgspec.Struct, frozen=True):
    """What is written into one chip; hexadecimal digits."""

    uid: str
    gtin: str
    serial: str
    generation: int
    mode: Mode
    meta_read_key: str
    file_read_key: str


class Personalisation(msgspec.Struct, frozen=True):
    """The keys of chips; shown to an administrator, written down nowhere."""

    tags: list[TagSecrets]


class TapToVerify(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The link that a chip made, whole, as the phone opened it."""

    link: Annotated[str, Meta(max_length=limits.URI_BYTES)]


class TapView(msgspec.Struct, frozen=True):
    """What a tap is worth. It speaks for the tap: not for when it was made, nor for what is in the pack."""

    outcome: Literal["accepted", "already_seen", "replayed", "unknown_tag", "other_unit", "refused"]
    gtin: str
    serial: str | None
    """Of the unit the chip sits on; of the link where the chip is unknown."""
    uid: str | None = None
    counter: int | None = None
    skipped: int = 0
    """Taps between this one and the last accepted one that never came here."""
    is_jump: bool = False
    """More than 500 were skipped: harvested taps look like this."""
    is_first: bool = False
    tamper: Tamper | None = None
    reason: SunReason | None = None
    """Why it proves nothing, when refused."""
    is_provisional: bool = False
    """It rests on file data, as `tamper` does, whose reading is certain by few published examples only."""


async def post_tags(call: Call[None, NewTags]) -> Enrolled:
    tags = [Tag(**msgspec.structs.asdict(tag)) for tag in call.body.tags]
    return Enrolled(await actions.register_tags(call.tx, tags, actor=call.actor, now=call.now))


async def post_keys(call: Call[None, WantedKeys]) -> Personalisation:
    wanted = call.body
    found = await actions.personalisation(
        call.tx,
        wanted.uids,
        mode=wanted.mode,
        master_key=call.environment.master_key,
        actor=call.actor,
        now=call.now,
    )
    return Personalisation(
        [
            TagSecrets(
                tag.uid,
                tag.gtin,
                tag.serial,
                tag.generation,
                wanted.mode,
                meta.hex().upper(),
                file.hex().upper(),
            )
            for tag, meta, file in found
        ]
    )


async def verify_tap(call: Call[None, TapToVerify]) -> TapView:
    address, _, query = call.body.link.partition("#")[0].partition("?")
    key = gs1.canonical_key(address)  # without the proof: an error repeats what it was given
    if key.scheme not in {"gtin", "lgtin", "sgtin"}:
        raise Unprocessable("The link names no product; the links of tags begin with /01/.", field="link")
    verdict = await actions.judge_link(
        call.tx, query, gtin=key.key, serial=key.serial, master_key=call.environment.master_key, now=call.now
    )
    if verdict is None:
        raise Unprocessable("There is no tap in this link: picc_data and cmac are missing.", field="link")
    if isinstance(verdict, actions.TapRefused):
        return TapView("refused", key.key, key.serial, reason=verdict.reason)
    tag = verdict.tag
    return TapView(
        outcome=verdict.outcome,
        gtin=tag.gtin if tag else key.key,
        serial=tag.serial if tag else key.serial,
        uid=verdict.uid,
        counter=verdict.counter,
        skipped=verdict.skipped,
        is_jump=verdict.is_jump,
        is_first=verdict.is_first,
        tamper=verdict.tamper,
        is_provisional=verdict.is_provisional,
    )


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "POST",
        "/api/v1/nfc/tags",
        "tags:write",
        "Put NFC tags on units",
        post_tags,
        body=NewTags,
        returns=Enrolled,
        status=201,
        tag="NFC",
        description="All or none. The same again changes nothing; a chip that sits on another unit is refused.",
    ),
    Endpoint(
        "POST",
        "/api/v1/nfc/tags/keys",
        "tags:export",
        "Keys of NFC tags, for an encoder",
        post_keys,
        body=WantedKeys,
        returns=Personalisation,
        tag="NFC",
        secret_answer=True,
        description="Keys are derived for each chip and kept nowhere. Who asks is written into the audit trail.",
    ),
    Endpoint(
        "POST",
        "/api/v1/nfc/taps/verify",
        "scans:record",
        "Verify an NFC tap",
        verify_tap,
        body=TapToVerify,
        returns=TapView,
        tag="NFC",
        secret_body=True,
        description="Counts the tap: of all copies of one tap exactly one is accepted. A refused tap blocks no unit.",
    ),
)
