-- name: add_leases
-- Blocks of counters, lent.
insert into identity_lease (id, gtin, generation, first, past, voided, line, order_number, state, granted_at, expires_at,
                            epoch)
select block.id, $5, $6, block.first, block.past, block.voided::int8multirange, $7, $8, 'granted', $9, $10,
       coalesce((select epoch from base_installation), 1)
from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[]) as block (id, first, past, voided)
returning id::text, gtin, generation, first, past, line, order_number, state, granted_at, expires_at, epoch,
          acknowledged_at, used, told_at, ended_at, reason, voided;

-- name: take_back
-- A lease that the database had forgotten; no row where its counters were lent to somebody else.
insert into identity_lease (id, gtin, generation, first, past, line, order_number, state, granted_at, expires_at, epoch,
                            acknowledged_at, voided)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::text::int8multirange
where not exists (
    select from identity_lease where gtin = $2 and generation = $3 and first < $5 and past > $4
)
returning id;

-- name: lease
-- One lease.
select id::text, gtin, generation, first, past, line, order_number, state, granted_at, expires_at, epoch,
       acknowledged_at, used, told_at, ended_at, reason, voided
from identity_lease where id = $1;

-- name: leases
-- Leases, newest first, before one of them; of one product, line, order or state where these are given.
select id::text, gtin, generation, first, past, line, order_number, state, granted_at, expires_at, epoch,
       acknowledged_at, used, told_at, ended_at, reason, voided
from identity_lease
where ($1::uuid is null or id < $1) and ($2::text is null or gtin = $2) and ($3::text is null or line = $3)
    and ($4::text is null or order_number = $4) and ($5::text is null or state = $5)
order by identity_lease.id desc limit $6;

-- name: lease_of
-- The lease of a serial: of the counter that it has in each keyed generation, or of its place in a list from outside.
-- What has not a generation's form is sought there too, which takes as long, and believed by no lease (T13).
select lease.*
from (
    select generation, counter, fits
    from unnest($3::smallint[], $4::bigint[], $5::boolean[]) as keyed (generation, counter, fits)
    union all
    select generation, position, true from identity_listed_number where gtin = $1 and serial = $2
) as place
cross join lateral (
    select id::text, gtin, generation, first, past, line, order_number, state, granted_at, expires_at, epoch,
           acknowledged_at, used, told_at, ended_at, reason, voided
    from identity_lease
    where identity_lease.gtin = $1 and identity_lease.generation = place.generation
        and identity_lease.first <= place.counter
    order by identity_lease.first desc limit 1
) as lease
where lease.past > case when place.fits then place.counter else lease.past end and not lease.voided @> place.counter;

-- name: acknowledge
-- The line has the lease, and has used so many by now; no row when it is past its time, ended, or was told of more.
update identity_lease
set state = 'acknowledged', acknowledged_at = coalesce(acknowledged_at, $3), used = $2,
    told_at = case when $2 > used then $3 else told_at end
where id = $1 and state in ('granted', 'acknowledged') and expires_at > $3 and used <= $2 and $2 <= units
returning id::text, gtin, generation, first, past, line, order_number, state, granted_at, expires_at, epoch,
          acknowledged_at, used, told_at, ended_at, reason, voided;

-- name: end_lease
-- An open lease gets its final state and figure; no row when it has one, or when fewer are said than before.
update identity_lease set state = $2, used = $3, told_at = $4, ended_at = $4, reason = $5
where id = $1 and state in ('granted', 'acknowledged', 'expired') and used <= $3 and $3 <= units
returning id::text, gtin, generation, first, past, line, order_number, state, granted_at, expires_at, epoch,
          acknowledged_at, used, told_at, ended_at, reason, voided;

-- name: expire
-- Leases past their time, the oldest first; what another process is at is left to it.
update identity_lease set state = 'expired', expired_at = $1
where id in (
    select id from identity_lease where state in ('granted', 'acknowledged') and expires_at <= $1
    order by expires_at limit $2 for update skip locked
)
returning id::text, gtin, line;

-- name: ledger
-- What became of the serials lent for a product, or for one order of it, in one row.
select
    count(*)::bigint as leases,
    coalesce(sum(units), 0)::bigint as lent,
    coalesce(sum(used), 0)::bigint as used,
    coalesce(sum(units - used) filter (where state in ('used', 'void')), 0)::bigint as void,
    coalesce(sum(units - used) filter (where state = 'returned'), 0)::bigint as returned,
    coalesce(sum(units - used) filter (where state in ('granted', 'acknowledged', 'expired')), 0)::bigint
        as in_flight,
    coalesce(sum(units - used) filter (where state = 'expired'), 0)::bigint as expired,
    coalesce(sum(past - first - units), 0)::bigint as skipped
from identity_lease where gtin = $1 and ($2::text is null or order_number = $2);

-- name: counted
-- How many counters of a product are gone, in all generations.
select coalesce(sum(issued), 0)::bigint from identity_serial_policy where gtin = $1;

-- name: leased_since
-- How many serials of a product were leased in a stretch of time.
select coalesce(sum(units), 0)::bigint from identity_lease
where gtin = $1 and granted_at > $2 and granted_at <= $3;

-- name: uses
-- Leases of which a line has told that some are used, and when, since a time.
select gtin, line, coalesce(acknowledged_at, granted_at) as since, told_at, used
from identity_lease
where told_at > $1 and used > 0 and ($2::text is null or gtin = $2) and ($3::text is null or line = $3);

-- name: at_hand
-- Leases that may be printed from now, in the order they run out of time.
select id::text, gtin, generation, first, past, line, order_number, state, granted_at, expires_at, epoch,
       acknowledged_at, used, told_at, ended_at, reason, voided
from identity_lease
where state in ('granted', 'acknowledged') and expires_at > $1
    and ($2::text is null or gtin = $2) and ($3::text is null or line = $3)
order by expires_at, identity_lease.id limit $4;
