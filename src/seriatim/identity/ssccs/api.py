"""JSON routes of SSCCs: fresh ones, those that come free, and what a prefix does with them."""

from typing import Annotated

import msgspec
from msgspec import Meta

from seriatim.access import Call, Endpoint
from seriatim.identity.ssccs import actions
from seriatim.identity.ssccs.actions import Released
from seriatim.identity.ssccs.model import QUARANTINE_DAYS, QUARANTINE_DAYS_MAX, SsccRule, SsccStock


class NewSsccs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many SSCCs of which company prefix."""

    gcp: str
    count: Annotated[int, Meta(ge=1, le=actions.SSCCS_MAX)]
    extension: str = "0"


class Ssccs(msgspec.Struct, frozen=True):
    """SSCCs, 18 digits each."""

    ssccs: list[str]


class FreeSsccs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Cases and pallets that are gone for good."""

    gcp: str
    ssccs: Annotated[list[str], Meta(min_length=1, max_length=actions.RELEASED_MAX)]
    reason: str


class RuleForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a company prefix does with SSCCs that come free."""

    may_reuse: bool
    quarantine_days: Annotated[int, Meta(ge=1, le=QUARANTINE_DAYS_MAX)] = QUARANTINE_DAYS


class SsccPrefix(msgspec.Struct, frozen=True):
    """The SSCCs of one company prefix."""

    rule: SsccRule
    stocks: list[SsccStock]


async def post_ssccs(call: Call[None, NewSsccs]) -> Ssccs:
    wanted = call.body
    return Ssccs(
        await actions.allocate_ssccs(
            call.tx, wanted.gcp, wanted.count, extension=wanted.extension, actor=call.actor, now=call.now
        )
    )


async def release_ssccs(call: Call[None, FreeSsccs]) -> Released:
    free = call.body
    return await actions.release_ssccs(
        call.tx, free.gcp, free.ssccs, reason=free.reason, actor=call.actor, now=call.now
    )


async def list_prefixes(call: Call[None, None]) -> list[str]:
    return await actions.sscc_prefixes(call.tx)


async def get_prefix(call: Call[None, None]) -> SsccPrefix:
    gcp = call.path["gcp"]
    return SsccPrefix(
        await actions.sscc_rule(call.tx, gcp), await actions.sscc_stocks(call.tx, gcp, now=call.now)
    )


async def put_rule(call: Call[None, RuleForm]) -> SsccRule:
    rule = SsccRule(call.path["gcp"], call.body.may_reuse, call.body.quarantine_days)
    return await actions.save_sscc_rule(call.tx, rule, actor=call.actor, now=call.now)


ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/v1/ssccs",
        "serials:lease",
        "SSCCs for cases and pallets",
        post_ssccs,
        body=NewSsccs,
        returns=Ssccs,
        status=201,
        tag="Serials",
    ),
    Endpoint(
        "POST",
        "/api/v1/ssccs/release",
        "ssccs:manage",
        "SSCCs of cases and pallets that are gone for good",
        release_ssccs,
        body=FreeSsccs,
        returns=Released,
        tag="Serials",
        description="They rest their prefix's quarantine, and are given again only where the prefix allows it.",
    ),
    Endpoint(
        "GET",
        "/api/v1/sscc-prefixes",
        "serials:read",
        "Company prefixes that count SSCCs",
        list_prefixes,
        returns=list[str],
        tag="Serials",
    ),
    Endpoint(
        "GET",
        "/api/v1/sscc-prefixes/{gcp}",
        "serials:read",
        "How far the SSCCs of a company prefix are used",
        get_prefix,
        returns=SsccPrefix,
        tag="Serials",
    ),
    Endpoint(
        "PUT",
        "/api/v1/sscc-prefixes/{gcp}",
        "ssccs:manage",
        "What a company prefix does with SSCCs that come free",
        put_rule,
        body=RuleForm,
        returns=SsccRule,
        tag="Serials",
    ),
)
