"""Whatever is leased, rotated and imported in whichever order: a plain slow model says what must come of it (S6)."""

import asyncio
import io
import itertools
import secrets
from collections.abc import Iterator
from typing import Final

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.factories.identities import ACTOR, MASTER, NOW

from seriatim import gs1, identity
from seriatim.base.db import Database, EmbeddedPostgres
from seriatim.identity import Lease, Product, SerialForm
from seriatim.identity.serials.permutation import serials_of_counters

NUMBERS: Final = itertools.count(1)
FORMS: Final = (
    SerialForm(alphabet=identity.DIGITS, length=6),
    SerialForm(alphabet=identity.DIGITS, length=6, below=999_999 + 1),
    SerialForm(alphabet=identity.DIGITS, length=7),
    SerialForm(alphabet=identity.DIGITS, length=6, prefix="4"),
    SerialForm(),
)
CAPACITY: Final = {form: form.capacity for form in FORMS}


class LivesOfAProduct(RuleBasedStateMachine):
    """One product in a real database, and beside it what everybody remembers."""

    db: Database
    loop: asyncio.Runner

    def __init__(self) -> None:
        super().__init__()
        self.gtin = gs1.with_check_digit(f"0952{next(NUMBERS):09}")
        self.issued: dict[str, str] = {}
        """Each serial that was ever given out, and its lease."""
        self.pool: list[str] = []
        """Numbers of the present lists, those at the front are next; None of them has been leased."""
        self.imported: set[str] = set()
        self.form: SerialForm | None = FORMS[-1]
        """None: numbers from outside."""
        self.counted = 0
        """Counters gone in all generations: serials, and what was passed over."""
        self.generation = 0
        self.loop.run(self.begin())

    async def begin(self) -> None:
        async with self.db.transaction() as tx:
            await identity.save_products(tx, [Product(self.gtin, "Serum")], actor=ACTOR, now=NOW)

    @rule(count=st.integers(1, 60))
    def lease(self, count: int) -> None:
        left = len(self.pool) if self.form is None else CAPACITY[self.form] - self.counted
        try:
            lease, serials = self.loop.run(self.leased(count))
        except identity.SerialsExhausted:
            # The last few may be lacking: what is passed over counts as gone, too.
            assert count > left - 3
            return
        assert count <= left
        assert len(serials) == lease.count == count
        assert self.issued.keys().isdisjoint(serials)
        if self.form is None:
            assert serials == self.pool[:count]
            del self.pool[:count]
        else:
            assert self.imported.isdisjoint(serials)
        assert len(set(serials)) == count
        self.issued |= dict.fromkeys(serials, lease.id)
        self.counted += lease.past - lease.first

    async def leased(self, count: int) -> tuple[Lease, list[str]]:
        async with self.db.transaction() as tx:
            lease = await identity.lease(
                tx, self.gtin, count, line="L", order_number="", actor=ACTOR, now=NOW, master_key=MASTER
            )
            return lease, await identity.serials_in(tx, lease, MASTER)

    @rule(form=st.sampled_from([*FORMS, None]))
    def rotate(self, form: SerialForm | None) -> None:
        try:
            self.loop.run(self.rotated(form))
        except identity.FormTooSmall:
            assert form is not None
            assert CAPACITY[form] <= self.counted
            return
        self.form, self.pool, self.generation = form, [], self.generation + 1

    async def rotated(self, form: SerialForm | None) -> None:
        async with self.db.transaction() as tx:
            await identity.rotate(
                tx,
                self.gtin,
                reason="chance",
                form=form,
                source="imported" if form is None else "keyed",
                actor=ACTOR,
                now=NOW,
            )

    @rule(
        fresh=st.sets(st.text("0123456789", min_size=6, max_size=7), max_size=5),
        known=st.sampled_from([0, 0, 0, 2]),
        foreseen=st.booleans(),
    )
    def bring(self, fresh: set[str], known: int, foreseen: bool) -> None:
        """Numbers nobody has seen, some that somebody has, and the very first of the next generation in any form."""
        seen = sorted(self.issued.keys() | self.imported)[:known]
        numbers = [*dict.fromkeys([*fresh, *seen, *(self.to_come() if foreseen else ())])]
        try:
            self.loop.run(self.brought(numbers))
        except identity.NotImported:
            assert self.form is not None
        except identity.NumbersRefused as refused:
            faults = {fault["number"] for fault in refused.facts["faults"]}
            assert bool(faults) == bool(numbers)
            # A counter that was passed over counts as given out: its number is refused, though nobody has it.
            assert faults >= {
                number for number in numbers if number in self.issued or number in self.imported
            }
        else:
            assert self.form is None
            assert (self.issued.keys() | self.imported).isdisjoint(numbers)
            self.pool += numbers
            self.imported |= set(numbers)

    def to_come(self) -> list[str]:
        return [
            serial
            for form in FORMS
            for serial in serials_of_counters(
                range(3),
                identity.SerialPolicy(self.gtin, self.generation + 1, **msgspec.structs.asdict(form)),
                MASTER,
            )
        ]

    async def brought(self, numbers: list[str]) -> None:
        async with self.db.transaction() as tx:
            file = io.BytesIO("\n".join(numbers).encode())
            await identity.import_numbers(
                tx, self.gtin, file, issuer="x", actor=ACTOR, now=NOW, master_key=MASTER
            )

    @rule(data=st.data())
    def look_up(self, data: st.DataObject) -> None:
        known = sorted(self.issued.keys() | self.imported)
        strange = st.text("0123456789", min_size=6, max_size=7)
        serial = data.draw(st.sampled_from(known) | strange if known else strange)

        lease = self.loop.run(self.found(serial))

        assert (None if lease is None else lease.id) == self.issued.get(serial)

    async def found(self, serial: str) -> Lease | None:
        async with self.db.transaction() as tx:
            return await identity.issued_to(tx, self.gtin, serial, MASTER)

    @invariant()
    def the_counters_add_up(self) -> None:
        policy = self.loop.run(self.kept())
        assert policy.issued_ever == self.counted
        assert policy.generation == self.generation
        assert sum(one.rotated_at is None for one in (*policy.older, policy)) == 1

    async def kept(self) -> identity.SerialPolicy:
        async with self.db.transaction() as tx:
            return await identity.policy(tx, self.gtin)


@pytest.fixture
def lives(database_url: str, postgres: EmbeddedPostgres) -> Iterator[type[LivesOfAProduct]]:
    folder = postgres.home.folder.parent / "data" / secrets.token_hex(8)
    with asyncio.Runner() as loop:
        db = loop.run(Database.open(database_url, folder=folder, max_size=2, allow_unsafe=True))
        yield type("Lives", (LivesOfAProduct,), {"db": db, "loop": loop})
        loop.run(db.close())


def test_s6_no_life_of_a_product_gives_a_serial_twice_or_forgets_one(lives: type[LivesOfAProduct]) -> None:
    run_state_machine_as_test(
        lives,
        settings=settings(
            max_examples=25, stateful_step_count=25, suppress_health_check=list(HealthCheck), deadline=None
        ),
    )
