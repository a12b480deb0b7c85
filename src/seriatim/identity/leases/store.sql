-- name: add_lease
-- A block of counters, lent.
insert into identity_lease (id, gtin, generation, first, past, line, order_number, state, granted_at, expires_at,
                            voided)
values ($1, $2, $3, $4, $5, $6, $7, 'granted', $8, $9, $10)
returning id::text, gtin, generation, first, past, line, order_number, state, granted_at, expires_at, voided;

-- name: lease
-- One lease.
select id::text, gtin, generation, first, past, line, order_number, state, granted_at, expires_at, voided
from identity_lease where id = $1;

-- name: leases
-- Leases, newest first, before one of them; of one product, line or order where these are given.
select id::text, gtin, generation, first, past, line, order_number, state, granted_at, expires_at, voided
from identity_lease
where ($1::uuid is null or id < $1) and ($2::text is null or gtin = $2) and ($3::text is null or line = $3)
    and ($4::text is null or order_number = $4)
order by identity_lease.id desc limit $5;

-- name: lease_of
-- The lease of a serial: of the counter that it has in each keyed generation, or of its place in a list from outside.
select lease.*
from (
    select generation, counter from unnest($3::smallint[], $4::bigint[]) as keyed (generation, counter)
    union all
    select generation, position from identity_listed_number where gtin = $1 and serial = $2
) as place
cross join lateral (
    select id::text, gtin, generation, first, past, line, order_number, state, granted_at, expires_at, voided
    from identity_lease
    where identity_lease.gtin = $1 and identity_lease.generation = place.generation
        and identity_lease.first <= place.counter
    order by identity_lease.first desc limit 1
) as lease
where lease.past > place.counter and not lease.voided @> place.counter;

-- name: end_lease
-- A granted lease gets its final state; no row when it has one.
update identity_lease set state = $2, ended_at = $3 where id = $1 and state = 'granted'
returning id::text, gtin, generation, first, past, line, order_number, state, granted_at, expires_at, voided;

-- name: leased_since
-- How many serials of a product were leased in a stretch of time.
select coalesce(sum(past - first), 0)::bigint from identity_lease
where gtin = $1 and granted_at > $2 and granted_at <= $3;
