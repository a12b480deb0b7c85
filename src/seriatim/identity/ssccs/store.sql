-- name: take_ssccs
-- The first of a run of fresh serial references, and the one after the run; no row when too few are left.
insert into identity_sscc as kept (gcp, extension, capacity, issued) values ($1, $2, $3, $4)
on conflict (gcp, extension) do update set issued = kept.issued + excluded.issued
where kept.issued + excluded.issued <= kept.capacity
returning issued - $4 as first, issued as past;

-- name: ssccs_issued
-- How many SSCCs of a prefix and extension digit are gone.
select issued from identity_sscc where gcp = $1 and extension = $2;

-- name: take_rested
-- Free serial references whose rest is over, the longest rested first; what another process takes is left to it.
update identity_sscc_release set reused_at = $4
where (gcp, extension, reference, released_at) in (
    select gcp, extension, reference, released_at from identity_sscc_release
    where gcp = $1 and extension = $2 and reused_at is null and rests_until <= $4
    order by rests_until, reference limit $3 for update skip locked
)
returning reference;

-- name: count_reused
-- How often references of a prefix and extension digit were given again, these included.
update identity_sscc set reused = reused + $3 where gcp = $1 and extension = $2 returning reused;

-- name: hold
-- Makes everybody else who takes references of a prefix and extension digit wait for this transaction.
select reused from identity_sscc where gcp = $1 and extension = $2 for no key update;

-- name: release
-- References come free; those that were never given, or are free already, are left out.
insert into identity_sscc_release (gcp, extension, reference, released_at, rests_until, reason)
select $1, $2, given.reference, $4, $5, $6
from unnest($3::bigint[]) as given (reference)
join identity_sscc as kept on kept.gcp = $1 and kept.extension = $2 and given.reference < kept.issued
on conflict (gcp, extension, reference) where reused_at is null do nothing
returning reference;

-- name: rule
-- How a prefix treats references that come free; no row when nothing was said.
select gcp, may_reuse, quarantine_days from identity_sscc_rule where gcp = $1;

-- name: save_rule
-- How a prefix treats references that come free, from now on.
insert into identity_sscc_rule (gcp, may_reuse, quarantine_days) values ($1, $2, $3)
on conflict (gcp) do update set may_reuse = excluded.may_reuse, quarantine_days = excluded.quarantine_days;

-- name: stocks
-- How far each extension digit of a prefix is used, and how many references rest or are free to be given again.
select kept.gcp, kept.extension, kept.capacity, kept.issued, kept.reused,
       count(free.reference) filter (where free.rests_until > $2) as resting,
       count(free.reference) filter (where free.rests_until <= $2) as rested,
       min(free.rests_until) filter (where free.rests_until > $2) as next_rested_at
from identity_sscc as kept
left join identity_sscc_release as free
    on free.gcp = kept.gcp and free.extension = kept.extension and free.reused_at is null
where kept.gcp = $1
group by kept.gcp, kept.extension
order by kept.extension;

-- name: prefixes
-- Company prefixes that count SSCCs, or have a rule.
select gcp from identity_sscc union select gcp from identity_sscc_rule order by gcp limit 1000;
