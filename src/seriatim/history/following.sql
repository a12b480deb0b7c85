-- name: head
-- Where the feed of events ends now: the last one of all transactions that are over. What is still being written stands
-- behind it for certain.
select tx::text::bigint as tx, id from history_event
where tx < pg_snapshot_xmin(pg_current_snapshot())
order by tx desc, id desc limit 1;

-- name: first_recorded
-- The first event recorded at that time or later.
select tx::text::bigint as tx, id from history_event where record_time >= $1 order by record_time, tx, id limit 1;
