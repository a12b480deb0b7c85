-- The outbox: messages written with the change they tell of, read in the order in which they became visible.

-- name: post
-- Add messages to a topic; they appear when the caller's transaction is kept.
insert into base_outbox (topic, payload)
select $1, payload from unnest($2::jsonb[]) with ordinality as given (payload, place) order by place;

-- name: enrol
-- Make the cursors of new handlers; they begin with the oldest message that is kept.
insert into base_outbox_cursor (handler) select unnest($1::text[]) on conflict do nothing;

-- name: behind
-- Those of these handlers that have something to read.
select c.handler from base_outbox_cursor c
where c.handler = any($1) and exists (
    select from base_outbox o where (o.tx, o.id) > (c.tx, c.id) and o.tx < pg_snapshot_xmin(pg_current_snapshot())
);

-- name: lock_cursor
-- Take the cursor of one handler; no row while another process has it: one sequencer per handler (rule R6).
select tx::text as tx_text, id from base_outbox_cursor where handler = $1 for update skip locked;

-- name: page
-- The next messages after a cursor, of transactions that are all over (below the horizon); other topics come without
-- payload, so that the cursor passes them. Sorted by the number o.tx, never by its text: '1000' stands before '999'.
select o.tx::text as tx_text, o.id, o.topic, o.created_at, case when o.topic = any($3) then o.payload end as payload
from base_outbox o
where (o.tx, o.id) > ($1::text::xid8, $2::bigint) and o.tx < pg_snapshot_xmin(pg_current_snapshot())
order by o.tx, o.id
limit $4;

-- name: move_cursor
-- Everything up to (tx, id) is done.
update base_outbox_cursor set tx = $2::text::xid8, id = $3, moved_at = now() where handler = $1;

-- name: ages
-- How long the oldest message that a handler has not passed has been waiting, in seconds; 0 when it is up to date.
select c.handler, coalesce(extract(epoch from clock_timestamp() - next.created_at), 0)::float8 as age_s
from base_outbox_cursor c
left join lateral (
    select o.created_at from base_outbox o where (o.tx, o.id) > (c.tx, c.id) order by o.tx, o.id limit 1
) next on true
where c.handler = any($1);

-- name: sweep
-- Forget messages older than $1 that every handler has passed.
delete from base_outbox o
where o.created_at < $1 and not exists (select from base_outbox_cursor c where (c.tx, c.id) < (o.tx, o.id));

-- name: first_waiting
-- The first transaction whose messages somebody has not passed; null when nobody is behind.
select min(o.tx)::text from base_outbox o
where exists (select from base_outbox_cursor c where (c.tx, c.id) < (o.tx, o.id));
