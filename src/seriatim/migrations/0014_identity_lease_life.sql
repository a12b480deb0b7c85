-- The life of a lease, told by the line that has it; and SSCCs that come free again.

-- How many serials a block of counters gives.
create function identity_units(first bigint, past bigint, voided int8multirange) returns bigint
language sql immutable parallel safe
return past - first - coalesce((select sum(upper(void) - lower(void)) from unnest(voided) as void), 0)::bigint;

alter table identity_lease
    add column units bigint not null generated always as (identity_units(first, past, voided)) stored,
    -- Which life of the installation lent it: leases of an earlier one are told apart after a restore.
    add column epoch integer not null default 1 check (epoch > 0),
    add column acknowledged_at timestamptz,
    -- Serials are used in their order: the first so many are used, as far as the line has said.
    add column used bigint not null default 0,
    add column told_at timestamptz,
    add column expired_at timestamptz,
    add column reason text not null default '';

update identity_lease
set used = case when state = 'used' then units else 0 end, told_at = ended_at,
    reason = case when state = 'void' then 'Voided before reasons were kept.' else '' end
where state <> 'granted';

alter table identity_lease
    drop constraint identity_lease_state_check,
    drop constraint identity_lease_check1,
    add constraint identity_lease_state check (
        state in ('granted', 'acknowledged', 'expired', 'used', 'returned', 'void')
    ),
    add constraint identity_lease_used check (used between 0 and units),
    add constraint identity_lease_told check (used = 0 or told_at is not null),
    add constraint identity_lease_ended check ((ended_at is not null) = (state in ('used', 'returned', 'void'))),
    add constraint identity_lease_acknowledged check (
        case state when 'granted' then acknowledged_at is null when 'acknowledged' then acknowledged_at is not null
        else true end
    ),
    add constraint identity_lease_expired check (state <> 'expired' or expired_at >= expires_at),
    add constraint identity_lease_void check (state <> 'void' or reason <> '');

-- What a row alone cannot hold: a lease only moves forward, and what was lent stays what it was.
create function identity_lease_moves() returns trigger language plpgsql as $$
declare
    moves constant jsonb := '{"granted": ["granted", "acknowledged", "expired", "used", "returned", "void"],
                              "acknowledged": ["acknowledged", "expired", "used", "returned", "void"],
                              "expired": ["expired", "used", "returned", "void"]}';
begin
    if not coalesce(moves -> old.state ? new.state, false) or new.used < old.used then
        raise exception 'a lease does not go from % with % used to % with % used',
            old.state, old.used, new.state, new.used using errcode = 'restrict_violation';
    end if;
    if (new.id, new.gtin, new.generation, new.first, new.past, new.line, new.order_number, new.granted_at,
        new.expires_at, new.epoch, new.voided)
       is distinct from
       (old.id, old.gtin, old.generation, old.first, old.past, old.line, old.order_number, old.granted_at,
        old.expires_at, old.epoch, old.voided) then
        raise exception 'what was lent stays as it was lent' using errcode = 'restrict_violation';
    end if;
    return new;
end $$;
create trigger identity_lease_moves before update on identity_lease
    for each row execute function identity_lease_moves();

-- A lease is never forgotten: its serials would look as if nobody had them.
create function identity_lease_stays() returns trigger language plpgsql as $$
begin
    raise exception 'a lease is never taken away' using errcode = 'restrict_violation';
end $$;
create trigger identity_lease_stays before delete on identity_lease
    for each row execute function identity_lease_stays();

create index identity_lease_due on identity_lease (expires_at) where state in ('granted', 'acknowledged');
create index identity_lease_open on identity_lease (line, gtin) where state in ('granted', 'acknowledged', 'expired');
create index identity_lease_told_at on identity_lease (told_at) where told_at is not null;
create index identity_lease_order on identity_lease (order_number, gtin) where order_number <> '';

-- How a company prefix treats SSCCs that come free. No row: they are never given again.
create table identity_sscc_rule (
    gcp text collate "C" primary key check (gcp ~ '^[0-9]{4,12}$'),
    may_reuse boolean not null,
    -- 12 months is common knowledge of the trade, not read in the standard: a setting, therefore (unverified).
    quarantine_days integer not null check (quarantine_days between 1 and 36500)
);

alter table identity_sscc add column reused bigint not null default 0 check (reused >= 0);

-- An SSCC that came free, and when it may be given again; each time is a row of its own.
create table identity_sscc_release (
    gcp text collate "C" not null,
    extension text collate "C" not null,
    reference bigint not null check (reference >= 0),
    released_at timestamptz not null,
    rests_until timestamptz not null check (rests_until > released_at),
    reason text not null check (reason <> ''),
    -- The quarantine: nothing is given again before its rest is over.
    reused_at timestamptz check (reused_at >= rests_until),
    primary key (gcp, extension, reference, released_at),
    foreign key (gcp, extension) references identity_sscc
);
-- It is free once at most.
create unique index identity_sscc_release_free on identity_sscc_release (gcp, extension, reference)
    where reused_at is null;
create index identity_sscc_release_rested on identity_sscc_release (gcp, extension, rests_until)
    where reused_at is null;
