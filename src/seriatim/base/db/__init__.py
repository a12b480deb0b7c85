"""The store: PostgreSQL, the machine's own or the one that comes with Seriatim.

    async with open_database(settings) as db:
        await migrate(db)
        async with db.transaction() as tx:
            await tx.rows(QUERIES.open_orders, limit)

Only this package talks to the driver.
"""

from seriatim.base.db.embedded import EmbeddedFailed, EmbeddedPostgres
from seriatim.base.db.migrate import Migration, MigrationRefused, migrate, pending, read_migrations
from seriatim.base.db.pool import Database, OldDatabase, UnsafeDatabase, WrongDatabase, open_database
from seriatim.base.db.queries import Queries, Query, QueryFileError
from seriatim.base.db.transaction import Companion, DatabaseAway, DatabaseBusy, Row, Transaction

__all__ = [
    "Companion",
    "Database",
    "DatabaseAway",
    "DatabaseBusy",
    "EmbeddedFailed",
    "EmbeddedPostgres",
    "Migration",
    "MigrationRefused",
    "OldDatabase",
    "Queries",
    "Query",
    "QueryFileError",
    "Row",
    "Transaction",
    "UnsafeDatabase",
    "WrongDatabase",
    "migrate",
    "open_database",
    "pending",
    "read_migrations",
]
