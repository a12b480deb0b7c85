-- name: next_value
-- The next word or place that events use, out of the index of its column.
select {column} from history_event where {column} > $1 order by {column} limit 1;

-- name: value_is_used
-- Whether an event uses a word or place.
select exists (select from history_event e where e.{column} = $1 and {seen});

-- name: things
-- A page of all things that events have named, by kind and serial.
select i.class, i.serial, c.scheme, c.key
from history_item i join history_class c on c.class = i.class
where (i.class, i.serial) > ($1, $2)
order by i.class, i.serial
limit $3;

-- name: horizon
-- Every transaction before this one is over: what it told can be seen by all.
select pg_snapshot_xmin(pg_current_snapshot())::text::bigint;

-- name: lately
-- The words of the newest events and who told them, out of the index of the feed.
with newest as (
    select biz_step, disposition, type, captured_by from history_event order by tx desc, id desc limit $1
)
select 'biz_step' as word, biz_step as value from newest where biz_step is not null
union select 'disposition', disposition from newest where disposition is not null
union select 'type', type from newest
union select 'captured_by', captured_by from newest
order by 1, 2;

-- name: findings_of
-- The open contradictions of these events.
select f.event, e.event_id, c.scheme, c.key, f.serial, f.code, f.message, f.blocking_event, f.found_at
from history_finding f
join history_class c on c.class = f.class
join history_event e on e.id = f.event
where f.event = any($1::bigint[]) and f.resolved_at is null
order by f.event, f.serial, f.code
limit $2;

-- name: standings_at
-- What decisions said of one thing at a moment.
select s.kind, s.reference, s.since, s.until
from history_class c
join history_standing s on s.class = c.class and s.serial = $3::text
where c.scheme = $1::text and c.key = $2::text and s.since <= $4 and (s.until is null or s.until > $4)
order by s.since, s.kind;

-- name: first_seen
-- The first event, as they were captured, that somebody sees of each of these things.
select distinct on (k.scheme, k.key, k.serial) k.scheme, k.key, k.serial, e.id
from unnest($1::text[], $2::text[], $3::text[]) as k (scheme, key, serial)
join history_class c on c.scheme = k.scheme and c.key = k.key
join history_item i on i.class = c.class and i.serial = k.serial
left join history_item_events m on m.class = i.class and m.serial = i.serial
join history_event e on e.id = any(i.events || m.events)
where {seen}
order by k.scheme, k.key, k.serial, e.tx, e.id;

-- name: how_many
-- How many events there are: counted up to a million, past it as the database estimates its table.
select case when c.reltuples > 1000000 then c.reltuples::bigint else (select count(*) from history_event) end as events,
    c.reltuples <= 1000000 as is_exact
from pg_class c where c.oid = 'history_event'::regclass;
