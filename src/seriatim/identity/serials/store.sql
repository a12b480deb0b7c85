-- name: add_policies
-- A serial policy for each of these products that has none.
insert into identity_serial_policy (gtin, alphabet, length, capacity)
select unnest($1::text[]), $2, $3, $4
on conflict do nothing;

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

-- name: take
-- The next block of counters; no row when too few are left.
update identity_serial_policy set issued = issued + $2
where gtin = $1 and generation = 0 and issued + $2 <= capacity
returning gtin, generation, issued - $2 as first, issued as past;
