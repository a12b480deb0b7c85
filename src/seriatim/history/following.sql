-- name: head
-- Where the feed of events ends now: the last one of all transactions that are over. What is still being written stands
-- behind it for certain. Sorted by the column e.tx, which the index has, never by the number that is given out.
select e.tx::text::bigint as tx, e.id from history_event e
where e.tx < pg_snapshot_xmin(pg_current_snapshot())
order by e.tx desc, e.id desc limit 1;

-- name: first_recorded
-- The first event recorded at that time or later.
select e.tx::text::bigint as tx, e.id from history_event e
where e.record_time >= $1 order by e.record_time, e.tx, e.id limit 1;
