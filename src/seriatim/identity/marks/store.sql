-- name: serial_counters
-- How far the serials of these GTINs and generations are gone.
select policy.gtin, policy.generation, policy.issued, policy.capacity
from identity_serial_policy as policy
join unnest($1::text[], $2::smallint[]) as asked (gtin, generation)
    on policy.gtin = asked.gtin and policy.generation = asked.generation;

-- name: sscc_counters
-- How far the SSCCs of these prefixes and extension digits are gone, and how many were given again.
select kept.gcp, kept.extension, kept.issued, kept.reused
from identity_sscc as kept
join unnest($1::text[], $2::text[]) as asked (gcp, extension)
    on kept.gcp = asked.gcp and kept.extension = asked.extension;

-- name: raise_serials
-- The counter of a product's serials at a mark, or at its capacity, unless it is past it already.
update identity_serial_policy
set issued = greatest(issued, least($3, case source when 'imported' then capacity else capacity - issued_before end))
where gtin = $1 and generation = $2 and rotated_at is null;

-- name: raise_ssccs
-- The counters of a prefix's SSCCs at their marks, unless they are past them already.
update identity_sscc set issued = least(greatest(issued, $3), capacity), reused = greatest(reused, $4)
where gcp = $1 and extension = $2;

-- name: pass_over_serials
-- What this transaction has just taken is given up, and the next one begins past a mark, or nowhere at the capacity.
update identity_serial_policy
set issued = least($4, case source when 'imported' then capacity else capacity - issued_before end)
where gtin = $1 and generation = $2 and issued = $3;

-- name: pass_over_ssccs
-- The same of SSCCs.
update identity_sscc set issued = least($4, capacity) where gcp = $1 and extension = $2 and issued = $3;

-- name: rest_anew
-- Free SSCCs rest from now on: in the time that the database has forgotten they may have been given again.
update identity_sscc_release set rests_until = rests_until + ($1 - released_at), released_at = $1
where reused_at is null and released_at < $1;
