-- exchange: subscriptions to named queries, and the queue of what is on its way to their receivers.
-- Few and small beside the events: reference tables of a cluster.

create table exchange_subscription (
    id uuid primary key,
    query text collate "C" not null references exchange_query (name) on delete cascade,
    dest text not null check (length(dest) between 1 and 2048),
    -- Encrypted with a key of this row; the former one signs too until its time is over.
    token bytea,
    former_token bytea,
    former_token_until timestamptz check ((former_token_until is null) = (former_token is null)),
    -- Null: a stream.
    schedule jsonb,
    report_if_empty boolean not null,
    format text not null check (format in ('json', 'xml')),
    epc_format text not null,
    cbv_format text not null,
    created_at timestamptz not null,
    created_by text collate "C" not null,
    initial_record_time timestamptz not null,
    min_record_time timestamptz not null,
    last_notified_at timestamptz,
    state text not null default 'active' check (state in ('active', 'paused', 'suspended')),
    state_why text not null default '' check ((state = 'active') = (state_why = '')),
    failures integer not null default 0 check (failures >= 0),
    batch_events integer not null check (batch_events >= 1),
    -- The feed of events has been looked at up to here; what was found waits in exchange_delivery.
    tx xid8 not null,
    event bigint not null,
    -- The run under way, and where it ends.
    run_at timestamptz,
    run_tx xid8,
    run_event bigint,
    run_has_reported boolean not null default false,
    check (num_nulls(run_at, run_tx, run_event) in (0, 3)),
    next_run_at timestamptz check ((next_run_at is null) = (schedule is null)),
    -- When to serve it next; whoever does moves this on first, so that a killed process holds it for a minute at most.
    -- Null: when the feed moves.
    due_at timestamptz
);
create index exchange_subscription_query on exchange_subscription (query, id);
create index exchange_subscription_due on exchange_subscription (due_at) where state = 'active';

create table exchange_delivery (
    -- Also the webhook-id.
    id uuid primary key,
    subscription uuid not null references exchange_subscription on delete cascade,
    kind text not null check (kind in ('events', 'empty', 'problem')),
    made_at timestamptz not null,
    run_at timestamptz not null,
    events bigint[] not null,
    -- What went wrong, as it is told to the receiver.
    problem jsonb check ((problem is null) = (kind <> 'problem')),
    -- Its place in the queue, that of its last event.
    tx xid8 not null,
    event bigint not null,
    -- The transaction of its first event: what is still needed is not archived.
    first_tx xid8 not null,
    -- The subscription's min_record_time once this and all before it are acknowledged.
    covers_until timestamptz not null,
    state text not null default 'waiting' check (state in ('waiting', 'delivered', 'split', 'dead')),
    tries integer not null default 0 check (tries >= 0),
    next_try_at timestamptz check ((next_try_at is null) = (state <> 'waiting')),
    last_status integer,
    last_said text not null default '',
    last_at timestamptz,
    finished_at timestamptz check ((finished_at is null) = (state = 'waiting'))
);
create index exchange_delivery_queue on exchange_delivery (subscription, tx, event) where state = 'waiting';
create index exchange_delivery_newest on exchange_delivery (subscription, id);
create index exchange_delivery_finished on exchange_delivery (finished_at) where state in ('delivered', 'split');

create table exchange_delivery_attempt (
    delivery uuid not null references exchange_delivery on delete cascade,
    number integer not null check (number >= 1),
    at timestamptz not null,
    -- Null: no answer.
    status integer,
    said text not null,
    took_ms integer not null,
    primary key (delivery, number)
);
