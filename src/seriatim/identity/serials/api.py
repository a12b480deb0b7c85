"""JSON routes of serial policies, their generations and presets, and of number lists from outside."""

from datetime import datetime
from typing import Any

import msgspec

from seriatim.access import Call, Endpoint
from seriatim.base.errors import Unprocessable
from seriatim.base.http import Moment, Page, page_of
from seriatim.identity.catalogue.api import Listing, key_after
from seriatim.identity.serials import actions, store
from seriatim.identity.serials.form import CSET32, SERIAL_LENGTH, SerialForm
from seriatim.identity.serials.importing import import_numbers
from seriatim.identity.serials.number_list import BinaryFile, NumberList
from seriatim.identity.serials.policy import SerialPolicy, Source
from seriatim.identity.serials.presets import PRESETS, preset


class PolicyForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The form that a product's serials shall have: a preset by its name, or all of it."""

    preset: str | None = None
    alphabet: str = CSET32
    length: int = SERIAL_LENGTH
    prefix: str = ""
    below: int | None = None

    @property
    def form(self) -> SerialForm:
        """Raises NotFound, Unprocessable, BadSerialPolicy, DomainTooSmall."""
        if self.preset is None:
            return SerialForm(
                alphabet=self.alphabet, length=self.length, prefix=self.prefix, below=self.below
            )
        if self != PolicyForm(preset=self.preset):
            raise Unprocessable("Name a preset or describe a form, not both.", field="preset")
        return preset(self.preset).form


class Rotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the next generation of a product's serials shall be; without a form it keeps the present one."""

    reason: str
    source: Source = "keyed"
    form: PolicyForm | None = None


class PresetView(msgspec.Struct, frozen=True):
    """A form with a name, and how many serials it has room for."""

    name: str
    title: str
    about: str
    form: SerialForm
    space: int
    capacity: int
    """How many may ever be issued for one product, so that a guess is right once in 10,000 times at most."""


class GenerationView(msgspec.Struct, frozen=True, kw_only=True):
    """One generation of a product's serials."""

    generation: int
    source: Source
    alphabet: str
    length: int
    prefix: str
    below: int | None
    issued: int
    """Given out by this generation."""
    is_current: bool
    reason: str
    begun_at: datetime | None
    rotated_at: datetime | None


class PolicyView(msgspec.Struct, frozen=True, kw_only=True):
    """The form of a product's serials and how far they are used up, all generations together."""

    gtin: str
    generation: int
    source: Source
    alphabet: str
    length: int
    prefix: str
    below: int | None
    issued: int
    """Ever issued for the product; of an imported generation, taken out of its lists."""
    capacity: int
    left: int
    guess_chance: float
    """Chance that a serial made up in this form was issued."""
    warning: str
    """Empty while less than 80 % are used."""


class NewNumbers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who gave the numbers, and until when they may be leased."""

    issuer: str
    expires_at: Moment | None = None


class NumberListView(msgspec.Struct, frozen=True):
    """A list of numbers from outside: how full it is, and how old."""

    id: str
    gtin: str
    generation: int
    issuer: str
    count: int
    left: int
    """Numbers that no lease took so far, expired or not."""
    imported_at: datetime
    expires_at: datetime | None
    is_expired: bool


async def list_policies(call: Call[Listing, None]) -> Page[PolicyView]:
    rows = await store.policies(call.tx, key_after(call.query), call.query.limit + 1)
    page = page_of(rows, call.query.limit, "gtin")
    return Page([policy_view(policy) for policy in page.items], page.next)


async def get_policy(call: Call[None, None]) -> PolicyView:
    return policy_view(await actions.policy(call.tx, call.path["gtin"]))


async def put_policy(call: Call[None, PolicyForm]) -> PolicyView:
    form = msgspec.structs.asdict(call.body.form)
    return policy_view(
        await actions.change_policy(call.tx, call.path["gtin"], **form, actor=call.actor, now=call.now)
    )


async def list_generations(call: Call[None, None]) -> list[GenerationView]:
    policy = await actions.policy(call.tx, call.path["gtin"])
    return [generation_view(one) for one in (*policy.older, policy)]


async def post_generation(call: Call[None, Rotation]) -> PolicyView:
    wanted = call.body
    return policy_view(
        await actions.rotate(
            call.tx,
            call.path["gtin"],
            reason=wanted.reason,
            source=wanted.source,
            form=None if wanted.form is None else wanted.form.form,
            actor=call.actor,
            now=call.now,
        )
    )


async def list_numbers(call: Call[None, None]) -> list[NumberListView]:
    lists = await actions.number_lists(call.tx, call.path["gtin"])
    return [number_list_view(one, call.now) for one in lists]


async def post_numbers(call: Call[NewNumbers, BinaryFile]) -> NumberListView:
    kept = await import_numbers(
        call.tx,
        call.path["gtin"],
        call.body,
        issuer=call.query.issuer,
        expires_at=call.query.expires_at,
        actor=call.actor,
        now=call.now,
        master_key=call.environment.master_key,
    )
    return number_list_view(kept, call.now)


async def list_presets(call: Call[None, None]) -> list[PresetView]:  # noqa: ARG001 -- the form of every deed
    return [
        PresetView(one.name, one.title, one.about, one.form, one.form.space, one.form.capacity)
        for one in PRESETS
    ]


def policy_view(policy: SerialPolicy) -> PolicyView:
    """The policy as the API and the console show it."""
    return PolicyView(
        gtin=policy.gtin,
        generation=policy.generation,
        source=policy.source,
        **_form_of(policy),
        issued=policy.gone,
        capacity=policy.capacity,
        left=policy.left,
        guess_chance=policy.guess_chance,
        warning=policy.warning,
    )


def generation_view(one: SerialPolicy) -> GenerationView:
    """One generation as the API and the console show it."""
    return GenerationView(
        generation=one.generation,
        source=one.source,
        **_form_of(one),
        issued=one.issued,
        is_current=one.rotated_at is None,
        reason=one.reason,
        begun_at=one.begun_at,
        rotated_at=one.rotated_at,
    )


def number_list_view(one: NumberList, now: datetime) -> NumberListView:
    """The list as the API and the console show it."""
    return NumberListView(
        one.id,
        one.gtin,
        one.generation,
        one.issuer,
        one.count,
        one.left,
        one.imported_at,
        one.expires_at,
        one.is_expired(now),
    )


def _form_of(policy: SerialPolicy) -> dict[str, Any]:
    return {name: getattr(policy, name) for name in SerialForm.__struct_fields__}


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/serial-policies",
        "serials:read",
        "Serial policies of all products",
        list_policies,
        query=Listing,
        returns=Page[PolicyView],
        tag="Serials",
    ),
    Endpoint(
        "GET",
        "/api/v1/serial-policies/{gtin}",
        "serials:read",
        "The serial policy of a product",
        get_policy,
        returns=PolicyView,
        tag="Serials",
    ),
    Endpoint(
        "PUT",
        "/api/v1/serial-policies/{gtin}",
        "products:write",
        "Another form for a product's serials",
        put_policy,
        body=PolicyForm,
        returns=PolicyView,
        tag="Serials",
        description="Refused once its generation has issued a serial; then begin another generation.",
    ),
    Endpoint(
        "GET",
        "/api/v1/serial-policies/{gtin}/generations",
        "serials:read",
        "All generations of a product's serials, the first one first",
        list_generations,
        returns=list[GenerationView],
        tag="Serials",
    ),
    Endpoint(
        "POST",
        "/api/v1/serial-policies/{gtin}/generations",
        "serials:rotate",
        "Begin another generation of a product's serials",
        post_generation,
        body=Rotation,
        returns=PolicyView,
        status=201,
        tag="Serials",
        description="A fresh key and count, in the same form or another. The one before never issues again; its "
        "serials stay known, and none of them comes twice.",
    ),
    Endpoint(
        "GET",
        "/api/v1/serial-policies/{gtin}/numbers",
        "serials:read",
        "Number lists of an outside issuer for a product, newest first",
        list_numbers,
        returns=list[NumberListView],
        tag="Serials",
    ),
    Endpoint(
        "POST",
        "/api/v1/serial-policies/{gtin}/numbers",
        "serials:import",
        "Import numbers of an outside issuer",
        post_numbers,
        takes_file=True,
        query=NewNumbers,
        returns=NumberListView,
        status=201,
        tag="Serials",
        description="One number a line. All are kept or none: the refusal counts every fault and names the first "
        "thousand. The product's generation must be an imported one.",
    ),
    Endpoint(
        "GET",
        "/api/v1/serial-presets",
        "serials:read",
        "Forms of serials with a name, to choose from",
        list_presets,
        returns=list[PresetView],
        tag="Serials",
    ),
)
