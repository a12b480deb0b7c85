"""The composition root: settings, database, keys and subscriptions are joined here and nowhere else."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from seriatim import access, history, identity
from seriatim.access import audit_log, verifiable_log
from seriatim.access.verifiable_log import LogFolder, Source, WitnessAddress
from seriatim.areas import exchange, line, protection, recall
from seriatim.areas.exchange import subscriptions
from seriatim.base import limits, outbox
from seriatim.base.clock import Clock, SystemClock
from seriatim.base.crypto import load_master_key
from seriatim.base.db import Database, migrate, open_database
from seriatim.base.environment import Environment
from seriatim.base.http_client import HttpClient
from seriatim.base.installation import recognise
from seriatim.base.outbound import Policy
from seriatim.base.outbox import Dispatcher
from seriatim.base.pace import Pace
from seriatim.base.settings import Settings
from seriatim.connectors.webhook import Webhook
from seriatim.history import archive, event_log

KEEP_MESSAGES: Final = timedelta(days=7)
"""How far back a new subscriber may begin."""


@dataclass(frozen=True, slots=True)
class App:
    """One running Seriatim."""

    environment: Environment
    database: Database
    visits: Pace = field(default_factory=lambda: Pace(limits.VISITS_PER_MINUTE, limits.VISITS_AT_ONCE))
    """Of strangers at the doors that ask for no key, by address."""
    refusals: Pace = field(
        default_factory=lambda: Pace(limits.REFUSALS_PER_MINUTE, limits.REFUSALS_PER_MINUTE, 1)
    )
    """Of the records that refused callers without rights may cause, from everywhere together."""
    refusals_of_one: Pace = field(
        default_factory=lambda: Pace(limits.REFUSALS_OF_ONE, limits.REFUSALS_OF_ONE)
    )
    """The same, by address."""
    guesses: protection.Guesses = field(default_factory=protection.Guesses)

    @property
    def settings(self) -> Settings:
        return self.environment.settings

    def dispatcher(self) -> Dispatcher:
        """Who listens to what inside this house, in one table."""
        return Dispatcher(
            self.database,
            {
                "history.settle": (history.SETTLE_TOPICS, history.settle),
                "recall.cover_late_units": (recall.TOPICS, recall.cover_late_units),
                "protection.withdraw_late": (protection.LATE_TOPICS, protection.withdraw_late),
                "exchange.forget_erased": ((history.ERASED,), exchange.forget_erased),
            },
        )

    @property
    def carrier(self) -> subscriptions.Carrier:
        """Who brings documents to subscribers."""
        return Webhook(HttpClient(Policy(self.settings.receiver_networks())), HttpClient(Policy()))

    def courier(self) -> subscriptions.Courier:
        """Who serves the subscriptions to named queries."""
        return subscriptions.Courier(self.database, self.environment, self.carrier)

    @property
    def log_sources(self) -> Sequence[Source]:
        """Whose rows go into the verifiable log."""
        return (audit_log.AuditSource(), event_log.EventSource())

    async def keep_log(self) -> verifiable_log.Checkpoint:
        """Gives what is new its place in the verifiable log, and publishes it. Raises BadNote, CannotNow,
        HistoryContradicted when a witness has signed another history.
        """
        while await verifiable_log.number_page(self.database, self.log_sources):
            pass
        log = LogFolder.of(self.environment)
        checkpoint = await verifiable_log.publish(self.database, log)
        if self.witnesses:
            await asyncio.to_thread(verifiable_log.cosign, log, self.witnesses)
        return checkpoint

    async def archive_rule(self, before: datetime) -> archive.Rule:
        """Which events of before then may leave the database: those that every follower of the feed has read."""
        async with self.database.transaction(readonly=True) as tx:
            waiting = (await outbox.first_waiting(tx), await subscriptions.first_needed(tx))
        behind = min((one for one in waiting if one is not None), key=int, default=None)
        return archive.Rule(before, timedelta(days=self.settings.keep_events_days), behind)

    @property
    def witnesses(self) -> Sequence[WitnessAddress]:
        """Who signs the log's checkpoints elsewhere. Raises BadNote for a setting that is none."""
        given = self.settings.witnesses.split(",")
        return [WitnessAddress.parse(text) for text in given if text.strip()]

    async def tidy(self) -> None:
        """Forgets what must not be kept: clients of scans, pictures brought to be graded, documents that partners
        have sent, spent links and keys, messages that all have read, deliveries of last week.
        """
        now = self.environment.clock.now()
        async with self.database.transaction() as tx:
            await protection.forget(tx, now=now)
            await line.grading.forget(tx, now=now)
            await exchange.forget(tx, now=now)
            await access.forget_expired(tx, now)
            await subscriptions.forget(tx, now=now)
            await outbox.sweep(tx, now - KEEP_MESSAGES)

    async def watch(self) -> identity.Difference:
        """Marks leases past their time, and looks whether the database has gone back in time (I15)."""
        now = self.environment.clock.now()
        while True:
            async with self.database.transaction() as tx:
                if not await identity.expire_leases(tx, now=now):
                    break
        async with self.database.transaction(readonly=True) as tx:
            return await identity.compare(tx, now=now)


@asynccontextmanager
async def open_app(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[App]:
    """Opens the database (starting the embedded one when no URL is set), migrates it, and joins the parts."""
    environment = Environment(settings, clock or SystemClock(), load_master_key(settings.master_key_file))
    async with open_database(settings) as database:
        await migrate(database)
        await history.enter_missing_terms(database)
        async with database.transaction() as tx:
            await recognise(tx, environment.master_key)
            await identity.compare(tx, now=environment.clock.now())
        yield App(environment, database)
