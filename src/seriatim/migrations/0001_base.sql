-- The outbox: what has happened, written in the same transaction, told to those who listen later.

create table base_outbox (
    id bigint generated always as identity primary key,
    -- Rows of transactions that commit late sort before rows already read by id alone; by (tx, id) none is missed.
    tx xid8 not null default pg_current_xact_id(),
    topic text not null collate "C",
    payload jsonb not null,
    created_at timestamptz not null default now()
);
create index base_outbox_feed on base_outbox (tx, id);

-- How far each listener has come: the last (tx, id) whose effects are kept.
create table base_outbox_cursor (
    handler text collate "C" primary key,
    tx xid8 not null default '0',
    id bigint not null default 0,
    moved_at timestamptz not null default now()
);

-- What this installation knows of itself: one row.
create table base_installation (
    only_row boolean primary key default true check (only_row),
    -- Raised by each restore: cursors and leases of an earlier life are told apart by it.
    epoch int not null default 1 check (epoch > 0),
    -- Tells whether the master key at hand is the one everything here was made with.
    key_fingerprint bytea not null,
    created_at timestamptz not null default now()
);
