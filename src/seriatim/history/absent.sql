-- Events whose bodies are archived or erased: what is left of them.

-- name: absent_by_id
-- These events, where they are not here any more.
select g.id, g.declares_error, g.captured_by, g.erased_at, a.name as file
from history_absent_event g left join history_archive a on a.id = g.archive
where g.id = any($1::bigint[]) order by g.id;

-- name: absent_by_name
-- The event of this eventID and its declarations, where they are not here any more.
select g.id, g.declares_error, g.captured_by, g.erased_at, a.name as file
from history_absent_event g left join history_archive a on a.id = g.archive
where g.id = any(array(select unnest(n.events) from history_event_name n where n.event_id = $1))
order by g.declares_error, g.id;

-- name: absent_of_thing
-- The events that name one thing and are not here any more, newest first.
with ids as (
    select unnest(i.events) as id
    from history_class c join history_item i on i.class = c.class and i.serial = $3
    where c.scheme = $1 and c.key = $2
    union all
    select unnest(m.events)
    from history_class c join history_item_events m on m.class = c.class and m.serial = $3
    where c.scheme = $1 and c.key = $2
)
select g.id, g.declares_error, g.captured_by, g.erased_at, a.name as file
from ids i join history_absent_event g on g.id = i.id left join history_archive a on a.id = g.archive
order by g.id desc limit $4;

-- name: left_of_things
-- Each of these things beside what is left of each absent event that names it, by event.
with mine as (
    select k.scheme, k.key, k.serial, unnest(i.events) as id
    from unnest($1::text[], $2::text[], $3::text[]) as k (scheme, key, serial)
    join history_class c on c.scheme = k.scheme and c.key = k.key
    join history_item i on i.class = c.class and i.serial = k.serial
    union
    select k.scheme, k.key, k.serial, unnest(m.events)
    from unnest($1::text[], $2::text[], $3::text[]) as k (scheme, key, serial)
    join history_class c on c.scheme = k.scheme and c.key = k.key
    join history_item_events m on m.class = c.class and m.serial = k.serial
)
select g.id, coalesce(g.event_id, 'ni:///sha-256;' || encode(g.strict_hash, 'hex') || '?ver=CBV2.0') as name,
    g.rest, m.scheme, m.key, m.serial
from mine m join history_absent_event g on g.id = m.id order by g.id;

-- name: left_of_all
-- The same for everything.
select g.id, coalesce(g.event_id, 'ni:///sha-256;' || encode(g.strict_hash, 'hex') || '?ver=CBV2.0') as name,
    g.rest, c.scheme, c.key, m.serial
from (
    select class, serial, unnest(events) as id from history_item
    union all
    select class, serial, unnest(events) from history_item_events
) m
join history_absent_event g on g.id = m.id
join history_class c on c.class = m.class
order by g.id;

-- name: let_go
-- The bodies go, and what is left of them stays. Only what still is what was staged. What is archived keeps its terms,
-- to be found again when it is back.
with gone as (
    delete from history_event e using staging_history_absent s
    where e.id = s.id and e.strict_hash = s.strict_hash
    returning e.id
)
insert into history_absent_event (
    id, strict_hash, declares_error, event_id, captured_by, rest, archive, erased_at
)
select s.id, s.strict_hash, s.declares_error,
    nullif(s.event_id, 'ni:///sha-256;' || encode(s.strict_hash, 'hex') || '?ver=CBV2.0'), s.captured_by, s.rest, $1::integer, $2::timestamptz
from staging_history_absent s join gone on gone.id = s.id;
