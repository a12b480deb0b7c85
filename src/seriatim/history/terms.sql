-- name: enter_terms
-- Terms of events, in order, so that two captures never wait for each other in a circle.
insert into history_event_term (term, event) select * from unnest($1::text[], $2::bigint[])
on conflict (term, event) do nothing;

-- name: enter_tellers
-- A declaration that an event was wrong is for whoever told that event, too; also when the event is not here any more.
insert into history_event_term (term, event)
select distinct 'told:' || o.captured_by, d.id
from history_event_name n
cross join lateral (
    select e.captured_by from history_event e where e.id = any(n.events) and not e.declares_error
    union
    select g.captured_by from history_absent_event g where g.id = any(n.events) and not g.declares_error
) o
join history_event d on d.id = any(n.events) and d.declares_error
where n.event_id = any($1::text[])
order by 1, 2
on conflict (term, event) do nothing;

-- name: forget_terms
-- Events that are found under nothing any more. By whole keys: there is no index by event, and entries are many.
delete from history_event_term where (term, event) in (select * from unnest($1::text[], $2::bigint[]));

-- name: events_with_terms
-- The events that have one of these terms, and how many entries that were; no more than so many are looked at.
select array_agg(distinct event) as ids, count(*) as entries
from (select event from history_event_term where term = any($1::text[]) limit $2) found;

-- name: events_of_kinds
-- The events that name a thing of a kind whose key is like one of these, and how many entries that were; the same end.
select array_agg(distinct id) as ids, count(*) as entries
from (
    select unnest(i.events) as id
    from history_class c join history_item i on i.class = c.class
    where c.scheme = 'sgtin' and c.key like any($1::text[])
    union all
    select unnest(m.events)
    from history_class c join history_item_events m on m.class = c.class
    where c.scheme = 'sgtin' and c.key like any($1::text[])
    limit $2
) found;

-- name: not_entered
-- The next events whose terms are missing, the latest first: so many, and no more than so many octets beyond the first.
-- An event of 10,000 units has half a megabyte.
select e.id, e.event_id, e.declares_error, e.document
from (
    select next.id, sum(next.octets) over (order by next.id desc) - next.octets as before
    from (
        select h.id, octet_length(h.document) as octets
        from history_term_gap g join history_event h on h.id < g.before
        order by h.id desc
        limit $1
    ) next
) chosen
join history_event e on e.id = chosen.id
where chosen.before < $2
order by e.id desc;

-- name: entered
-- All from this id on have their terms; null: there is no gap any more.
with gone as (delete from history_term_gap where $1::bigint is null)
update history_term_gap set before = $1 where $1::bigint is not null;
