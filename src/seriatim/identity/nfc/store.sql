-- name: add_tags
-- Tags as given, first come first served; one row for each that was new.
insert into identity_tag (uid, gtin, serial, generation, counter, counter_before, registered_at)
select uid, gtin, serial, generation, counter, counter, $6
from unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::integer[])
    as given (uid, gtin, serial, generation, counter)
on conflict (uid) do nothing
returning uid;

-- name: strangers
-- Those of these tags that belong to another unit, or hold other keys, than given.
select kept.uid
from unnest($1::text[], $2::text[], $3::text[], $4::smallint[]) as given (uid, gtin, serial, generation)
join identity_tag as kept on kept.uid = given.uid
where (kept.gtin, kept.serial, kept.generation) is distinct from (given.gtin, given.serial, given.generation)
order by kept.uid;

-- name: take_counter
-- Advances a tag's counter if the tap's is higher, in one step: of parallel copies of one tap one gets the row (T16).
update identity_tag
set counter = $4, counter_before = counter, taps = taps + 1, tapped_at = $5
where uid = $1 and gtin = $2 and ($3::text is null or serial = $3) and counter < $4
returning uid, gtin, serial, generation, counter, counter_before, taps;

-- name: tag
-- One tag.
select uid, gtin, serial, generation, counter from identity_tag where uid = $1;

-- name: generations
-- The generations of keys in the tags of a product, or of one unit of it, newest first.
select distinct generation from identity_tag
where gtin = $1 and ($2::text is null or serial = $2) order by generation desc limit $3;

-- name: tags_by_uid
-- These tags.
select uid, gtin, serial, generation, counter from identity_tag where uid = any($1::text[]) order by uid;

-- name: tags_of
-- The tags on one unit.
select uid, gtin, serial, generation, counter
from identity_tag where serial = $2 and gtin = $1 order by uid;
