-- The verifiable log: every deed and every event gets a place in one list, for ever.

-- In which order deeds became visible: read below the horizon, none is missed (REL-R6).
alter table access_audit add column tx xid8 not null default pg_current_xact_id();
create index access_audit_feed on access_audit (tx, id);

-- One salt per event: without it the hash in the log tells nobody which event it stands for; erased, never again.
alter table history_event add column salt bytea not null default uuid_send(gen_random_uuid()) check (length(salt) = 16);

-- The list. `entry` is what the log's files hold; it outlives the erasure of what it stands for.
create table access_log_entry (
    place bigint primary key check (place >= 0),
    kind text collate "C" not null check (kind ~ '^[a-z_]{1,16}$'),
    -- The id of the row that it stands for, in the table of its owner.
    subject bigint not null,
    entry bytea not null check (length(entry) = 57),
    unique (kind, subject)
);

create function access_log_only_grows() returns trigger language plpgsql as $$
begin
    raise exception 'the verifiable log only grows' using errcode = 'restrict_violation';
end $$;
create trigger access_log_only_grows before update or delete or truncate on access_log_entry
    for each statement execute function access_log_only_grows();

-- How long the list is; one row, whose lock makes one sequencer of many processes.
create table access_log_head (
    only_row boolean primary key default true check (only_row),
    size bigint not null default 0 check (size >= 0)
);
insert into access_log_head default values;

-- How far each kind has been read: the (tx, id) of the last row with a place.
create table access_log_cursor (
    kind text collate "C" primary key,
    tx xid8 not null default '0',
    id bigint not null default 0
);
