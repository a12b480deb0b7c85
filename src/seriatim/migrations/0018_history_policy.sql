-- history: what to do with events that contradict what is known, and what waits for its cause.

-- One row for the whole installation (captured_by '') and one for each sender who is treated differently.
create table history_policy (
    captured_by text primary key,
    policy text not null check (policy in ('off', 'warn', 'enforce', 'park'))
);

-- Events that are kept although they contradict what is known.
create table history_finding (
    event bigint not null,
    class integer not null,
    serial text collate "C" not null,
    code text not null,
    message text not null,
    blocking_event text,
    found_at timestamptz not null,
    resolved_at timestamptz,
    primary key (serial, class, event, code)
);
create index history_finding_open on history_finding (found_at, event) where resolved_at is null;

-- Events whose cause has not arrived. Nothing is ever dropped: `refused` says why a released one could not be kept.
create table history_parked (
    strict_hash bytea primary key check (length(strict_hash) = 32),
    event_id text not null,
    type text not null,
    event_time timestamptz not null,
    document bytea not null,
    actor jsonb not null,
    parked_at timestamptz not null,
    refused text
);

-- What they wait for: one row for each thing that is not commissioned yet.
create table history_parked_wait (
    class integer not null,
    serial text collate "C" not null,
    parked bytea not null,
    primary key (serial, class, parked)
);
create index history_parked_wait_parked on history_parked_wait (parked);
