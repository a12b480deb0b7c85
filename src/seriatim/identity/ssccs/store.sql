-- name: take_ssccs
-- The first of a run of fresh serial references; no row when too few are left.
insert into identity_sscc as kept (gcp, extension, capacity, issued) values ($1, $2, $3, $4)
on conflict (gcp, extension) do update set issued = kept.issued + excluded.issued
where kept.issued + excluded.issued <= kept.capacity
returning issued - $4;

-- name: ssccs_issued
-- How many SSCCs of a prefix and extension digit are gone.
select issued from identity_sscc where gcp = $1 and extension = $2;
