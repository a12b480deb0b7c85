-- name: propose
-- A new proposal.
insert into recall_recall (gtin, lot, reason, instructions, drill, proposed_by, proposed_at)
values ($1, $2, $3, $4, $5, $6, $7) returning id;

-- name: recall
-- One recall.
select * from recall_recall where id = $1;

-- name: hold
-- One recall, held against others until the end of the transaction.
select * from recall_recall where id = $1 for update;

-- name: recalls
-- Recalls in a state (or all), newest first, before an id.
select * from recall_recall
where ($1::text is null or state = $1) and ($2::bigint is null or id < $2)
order by id desc limit $3;

-- name: launch
-- From proposed to live; no row when it was not proposed.
update recall_recall set state = 'live', launched_by = $2, launched_at = $3
where id = $1 and state = 'proposed' returning id;

-- name: live_twin
-- The live recall of the same lot, if there is one.
select id from recall_recall where gtin = $1 and lot = $2 and state = 'live' and not drill;

-- name: add_units
-- So many units more are covered.
update recall_recall set units = units + $2 where id = $1;

-- name: close
-- The recall is over; no row when it is closed already.
update recall_recall set state = 'closed', closed_by = $2, closed_at = $3, close_reason = $4
where id = $1 and state <> 'closed' returning id;

-- name: live
-- Recalls that are live, in the order of their ids.
select * from recall_recall where state = 'live' and not drill order by id;

-- name: keep_holders
-- Who held what, as listed.
insert into recall_holder (recall_id, position, place, status, units)
select $1, place.position, place.place, place.status, place.units
from unnest($2::text[], $3::text[], $4::integer[]) with ordinality as place (place, status, units, position);

-- name: holders
-- Who held what when the recall was launched.
select place, status, units from recall_holder where recall_id = $1 order by position;
