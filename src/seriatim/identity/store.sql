-- name: save_products
-- Products as given; one row, with whether it is new, for each that is new or differs from what was kept.
insert into identity_product as kept (gtin, name, brand, description, net_content, shelf_life_days, markets, gcp_length,
                                      units_per_case, cases_per_pallet, picture, look_for, created_at, changed_at)
select gtin, name, brand, description, net_content, shelf_life_days, markets, gcp_length,
       units_per_case, cases_per_pallet, picture, look_for, $2, $2
from jsonb_to_recordset($1::jsonb) as given (
    gtin text, name text, brand text, description text, net_content text, shelf_life_days integer, markets text[],
    gcp_length smallint, units_per_case integer, cases_per_pallet integer, picture text, look_for text)
on conflict (gtin) do update
set name = excluded.name, brand = excluded.brand, description = excluded.description,
    net_content = excluded.net_content, shelf_life_days = excluded.shelf_life_days, markets = excluded.markets,
    gcp_length = excluded.gcp_length, units_per_case = excluded.units_per_case,
    cases_per_pallet = excluded.cases_per_pallet, picture = excluded.picture, look_for = excluded.look_for,
    changed_at = excluded.changed_at
where (kept.name, kept.brand, kept.description, kept.net_content, kept.shelf_life_days, kept.markets, kept.gcp_length,
       kept.units_per_case, kept.cases_per_pallet, kept.picture, kept.look_for)
    is distinct from
      (excluded.name, excluded.brand, excluded.description, excluded.net_content, excluded.shelf_life_days,
       excluded.markets, excluded.gcp_length, excluded.units_per_case, excluded.cases_per_pallet, excluded.picture,
       excluded.look_for)
returning gtin as key, xmax = 0 as is_new;

-- name: add_policies
-- A serial policy for each of these products that has none.
insert into identity_serial_policy (gtin, alphabet, length, capacity)
select unnest($1::text[]), $2, $3, $4
on conflict do nothing;

-- name: product
-- One product.
select gtin, name, brand, description, net_content, shelf_life_days, markets, gcp_length, units_per_case,
       cases_per_pallet, picture, look_for
from identity_product where gtin = $1;

-- name: products
-- Products in the order of their GTINs, after one of them.
select gtin, name, brand, description, net_content, shelf_life_days, markets, gcp_length, units_per_case,
       cases_per_pallet, picture, look_for
from identity_product where gtin > $1 order by gtin limit $2;

-- name: save_parties
-- Parties as given; one row, with whether it is new, for each that is new or differs from what was kept.
insert into identity_party as kept (gln, name, kind, country)
select gln, name, kind, country
from jsonb_to_recordset($1::jsonb) as given (gln text, name text, kind text, country text)
on conflict (gln) do update set name = excluded.name, kind = excluded.kind, country = excluded.country
where (kept.name, kept.kind, kept.country) is distinct from (excluded.name, excluded.kind, excluded.country)
returning gln as key, xmax = 0 as is_new;

-- name: party
-- One party.
select gln, name, kind, country from identity_party where gln = $1;

-- name: parties
-- Parties in the order of their GLNs, after one of them.
select gln, name, kind, country from identity_party where gln > $1 order by gln limit $2;

-- name: unknown_parties
-- Those of these GLNs that are no party.
select asked.gln from unnest($1::text[]) as asked (gln)
where not exists (select from identity_party where identity_party.gln = asked.gln)
order by asked.gln;

-- name: save_locations
-- Locations as given; one row, with whether it is new, for each that is new or differs from what was kept.
insert into identity_location as kept (gln, name, party_gln, kind, country, city, latitude, longitude)
select gln, name, party_gln, kind, country, city, latitude, longitude
from jsonb_to_recordset($1::jsonb) as given (
    gln text, name text, party_gln text, kind text, country text, city text, latitude double precision,
    longitude double precision)
on conflict (gln) do update
set name = excluded.name, party_gln = excluded.party_gln, kind = excluded.kind, country = excluded.country,
    city = excluded.city, latitude = excluded.latitude, longitude = excluded.longitude
where (kept.name, kept.party_gln, kept.kind, kept.country, kept.city, kept.latitude, kept.longitude)
    is distinct from
      (excluded.name, excluded.party_gln, excluded.kind, excluded.country, excluded.city, excluded.latitude,
       excluded.longitude)
returning gln as key, xmax = 0 as is_new;

-- name: location
-- One location.
select gln, name, party_gln, kind, country, city, latitude, longitude from identity_location where gln = $1;

-- name: locations
-- Locations in the order of their GLNs, after one of them.
select gln, name, party_gln, kind, country, city, latitude, longitude
from identity_location where gln > $1 order by gln limit $2;

-- name: policy
-- The serial policy of a product.
select gtin, generation, alphabet, length, issued from identity_serial_policy where gtin = $1 and generation = 0;

-- name: policies
-- Serial policies in the order of their GTINs, after one of them.
select gtin, generation, alphabet, length, issued
from identity_serial_policy where gtin > $1 and generation = 0 order by gtin limit $2;

-- name: change_policy
-- Another form for the serials of a product; no row once one has been issued.
update identity_serial_policy set alphabet = $2, length = $3, capacity = $4
where gtin = $1 and generation = 0 and issued = 0
returning gtin;

-- name: grant_lease
-- The next block of counters, taken and written down in one statement; no row when too few are left.
with taken as (
    update identity_serial_policy set issued = issued + $3
    where gtin = $2 and generation = 0 and issued + $3 <= capacity
    returning gtin, generation, issued - $3 as first, issued as past
)
insert into identity_lease (id, gtin, generation, first, past, line, order_number, state, granted_at, expires_at)
select $1, gtin, generation, first, past, $4, $5, 'granted', $6, $7 from taken
returning id::text, gtin, generation, first, past, line, order_number, state, granted_at, expires_at;

-- name: lease
-- One lease.
select id::text, gtin, generation, first, past, line, order_number, state, granted_at, expires_at
from identity_lease where id = $1;

-- name: leases
-- Leases, newest first, before one of them; of one product, line or order where these are given.
select id::text, gtin, generation, first, past, line, order_number, state, granted_at, expires_at
from identity_lease
where ($1::uuid is null or id < $1) and ($2::text is null or gtin = $2) and ($3::text is null or line = $3)
    and ($4::text is null or order_number = $4)
order by identity_lease.id desc limit $5;

-- name: lease_at
-- The lease that holds a counter.
select id::text, gtin, generation, first, past, line, order_number, state, granted_at, expires_at
from identity_lease
where past > $3 and id = (
    select id from identity_lease where gtin = $1 and generation = $2 and first <= $3 order by first desc limit 1);

-- name: end_lease
-- A granted lease gets its final state; no row when it has one.
update identity_lease set state = $2, ended_at = $3 where id = $1 and state = 'granted'
returning id::text, gtin, generation, first, past, line, order_number, state, granted_at, expires_at;

-- name: leased_since
-- How many serials of a product were leased in a stretch of time.
select coalesce(sum(past - first), 0)::bigint from identity_lease
where gtin = $1 and granted_at > $2 and granted_at <= $3;

-- name: take_ssccs
-- The first of a run of fresh serial references; no row when too few are left.
insert into identity_sscc as kept (gcp, extension, capacity, issued) values ($1, $2, $3, $4)
on conflict (gcp, extension) do update set issued = kept.issued + excluded.issued
where kept.issued + excluded.issued <= kept.capacity
returning issued - $4;

-- name: ssccs_issued
-- How many SSCCs of a prefix and extension digit are gone.
select issued from identity_sscc where gcp = $1 and extension = $2;
