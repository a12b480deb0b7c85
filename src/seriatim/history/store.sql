-- name: classes
-- The numbers of kinds of things.
select c.class, c.scheme, c.key
from unnest($1::text[], $2::text[]) as k (scheme, key)
join history_class c on c.scheme = k.scheme and c.key = k.key;

-- name: look
-- What must be known before events are kept, in one answer: the numbers of kinds, who owns eventIDs, which ids are
-- taken, what is done with contradictions, and whether anything waits for a birth.
select 'kind' as what, c.class::bigint as id, c.scheme as name, c.key as key, null::bytea as strict_hash, false as wrong
from unnest($1::text[], $2::text[]) as k (scheme, key)
cross join lateral (
    select class, scheme, key from history_class where scheme = k.scheme and key = k.key offset 0
) c
union all
select 'name', 0, n.event_id, null, n.strict_hash, n.is_declared_wrong
from history_event_name n where n.event_id = any($3::text[])
union all
select 'event', e.id, null, null, e.strict_hash, e.declares_error
from history_event e where e.id = any($4::bigint[])
union all
select 'event', g.id, null, null, g.strict_hash, g.declares_error
from history_absent_event g where g.id = any($4::bigint[])
union all
select 'policy', 0, p.policy, p.captured_by, null, false from history_policy p where p.captured_by in ('', $5::text)
union all
select 'waiting', 0, null, null, null, false
where exists (select from history_parked_wait) or exists (select from history_finding where resolved_at is null);

-- name: insert_classes
-- Kinds seen for the first time; in order, so that two captures never wait for each other.
insert into history_class (scheme, key)
select scheme, key from unnest($1::text[], $2::text[]) as k (scheme, key) order by scheme, key
on conflict (scheme, key) do nothing;

-- name: events_with_ids
-- What stands under these ids already, or has stood there.
select id, strict_hash, declares_error from history_event where id = any($1::bigint[])
union all
select id, strict_hash, declares_error from history_absent_event where id = any($1::bigint[]);

-- name: names
-- Who owns these eventIDs.
select event_id, strict_hash, events, is_declared_wrong from history_event_name
where event_id = any($1::text[]);

-- name: save_names
-- Give names to events; a name that another content owns is not returned.
insert into history_event_name as n (event_id, strict_hash, events, is_declared_wrong)
select event_id, strict_hash, array[event], $4::boolean
from unnest($1::text[], $2::bytea[], $3::bigint[]) as k (event_id, strict_hash, event)
order by event_id
on conflict (event_id) do update set
    strict_hash = coalesce(n.strict_hash, excluded.strict_hash),
    events = case when n.events @> excluded.events then n.events else n.events || excluded.events end,
    is_declared_wrong = n.is_declared_wrong or excluded.is_declared_wrong
where n.strict_hash is null or excluded.strict_hash is null or n.strict_hash = excluded.strict_hash
returning event_id;

-- name: insert_events
-- Keep events; an id that is taken meanwhile is not returned.
insert into history_event (
    id, strict_hash, declares_error, event_id, type, action, biz_step, disposition, read_point, biz_location,
    event_time, event_time_zone_offset, document, record_time, captured_by
)
select k.*, $14::timestamptz, $15::text
from unnest(
    $1::bigint[], $2::bytea[], $3::boolean[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::timestamptz[], $12::text[], $13::bytea[]
) as k
on conflict (id) do nothing
returning id;

-- name: any_known
-- Whether one of these things of one kind has ever been named.
select exists (select from history_item where class = $1 and serial = any($2::text[]));

-- name: items_of_arrays
-- Changes of a few items, as arrays behind those of the events that make them.
select
    k.class, k.serial,
    k.first_time, k.last_time, k.born_event, k.ended, k.ended_event, k.custody, k.custody_event, k.biz_step,
    k.step_event, k.disposition, k.disposition_event, k.parent_class, k.parent_serial, k.parent_event,
    k.emptied_event, k.emptied_place, k.place, k.place_event, k.lot, k.expiry, k.order_number, k.made_event,
    k.events::bigint[] as events
from unnest(
    $16::integer[], $17::text[], $18::timestamptz[], $19::timestamptz[], $20::bigint[], $21::text[], $22::bigint[],
    $23::text[], $24::bigint[], $25::text[], $26::bigint[], $27::text[], $28::bigint[], $29::integer[],
    $30::text[], $31::bigint[], $32::bigint[], $33::text[], $34::text[], $35::bigint[], $36::text[], $37::date[],
    $38::text[], $39::bigint[], $40::text[]
) as k (
    class, serial, first_time, last_time, born_event, ended, ended_event, custody, custody_event, biz_step,
    step_event, disposition, disposition_event, parent_class, parent_serial, parent_event, emptied_event,
    emptied_place, place, place_event, lot, expiry, order_number, made_event, events
)
where (select count(*) from name where not is_declared_wrong) = cardinality($1::bigint[]);

-- name: items_of_staging
-- Changes of many items, copied in before: the things, and apart from them what is said of one or of many.
select
    s.class, s.serial,
    k.first_time, k.last_time, k.born_event, k.ended, k.ended_event, k.custody, k.custody_event, k.biz_step,
    k.step_event, k.disposition, k.disposition_event, k.parent_class, k.parent_serial, k.parent_event,
    k.emptied_event, k.emptied_place, k.place, k.place_event, k.lot, k.expiry, k.order_number, k.made_event,
    k.events
from staging_history_item s join staging_history_profile k on k.profile = s.profile;

-- name: upsert_items
-- Merge changes into the items: of two statements about one register the newer stays. Sorted, so that captures of the
-- same things wait for each other and never in a circle: as the rows are, whatever order the database has for texts.
insert into history_item as i (
    class, serial, first_time, last_time, born_event, ended, ended_event, custody, custody_event, biz_step,
    step_event, disposition, disposition_event, parent_class, parent_serial, parent_event, emptied_event,
    emptied_place, place, place_event, lot, expiry, order_number, made_event, events
)
select
    k.class, k.serial, k.first_time, k.last_time, k.born_event, k.ended, k.ended_event, k.custody,
    k.custody_event, k.biz_step, k.step_event, k.disposition, k.disposition_event, k.parent_class,
    k.parent_serial, k.parent_event, k.emptied_event, k.emptied_place, k.place, k.place_event, k.lot, k.expiry,
    k.order_number, k.made_event, k.events
from ({source}) k
order by k.class, k.serial collate "C"
on conflict (class, serial) do update set
    first_time = least(i.first_time, excluded.first_time),
    last_time = greatest(i.last_time, excluded.last_time),
    born_event = least(i.born_event, excluded.born_event),
    ended = case when excluded.ended_event > coalesce(i.ended_event, {never})
        then excluded.ended else i.ended end,
    ended_event = greatest(i.ended_event, excluded.ended_event),
    custody = case when excluded.custody_event > coalesce(i.custody_event, {never})
        then excluded.custody else i.custody end,
    custody_event = greatest(i.custody_event, excluded.custody_event),
    biz_step = case when excluded.step_event > coalesce(i.step_event, {never})
        then excluded.biz_step else i.biz_step end,
    step_event = greatest(i.step_event, excluded.step_event),
    disposition = case when excluded.disposition_event > coalesce(i.disposition_event, {never})
        then excluded.disposition else i.disposition end,
    disposition_event = greatest(i.disposition_event, excluded.disposition_event),
    parent_class = case when excluded.parent_event > coalesce(i.parent_event, {never})
        then excluded.parent_class else i.parent_class end,
    parent_serial = case when excluded.parent_event > coalesce(i.parent_event, {never})
        then excluded.parent_serial else i.parent_serial end,
    has_left = i.has_left and not coalesce(excluded.parent_event > coalesce(i.parent_event, {never}), false),
    parent_event = greatest(i.parent_event, excluded.parent_event),
    emptied_place = case when excluded.emptied_event > coalesce(i.emptied_event, {never})
        then excluded.emptied_place else i.emptied_place end,
    emptied_event = greatest(i.emptied_event, excluded.emptied_event),
    place = case when excluded.place_event > coalesce(i.place_event, {never})
        then excluded.place else i.place end,
    place_event = greatest(i.place_event, excluded.place_event),
    lot = case when excluded.made_event > coalesce(i.made_event, {never}) then excluded.lot else i.lot end,
    expiry = case when excluded.made_event > coalesce(i.made_event, {never})
        then excluded.expiry else i.expiry end,
    order_number = case when excluded.made_event > coalesce(i.made_event, {never})
        then excluded.order_number else i.order_number end,
    made_event = greatest(i.made_event, excluded.made_event),
    events = i.events || excluded.events
returning i.class, i.serial, i.events;

-- name: merge_items
-- The same for a document; answers the items whose list of events has become too long.
with item as (
{upsert}
)
select class, serial from item where cardinality(events) > {inline};

-- name: keep_events
-- Keep events that are all new, give them their names and let the items follow, in one statement. A name is given only
-- when every event was new, and the items follow only when every name was free and nothing had been declared wrong:
-- else `kept` has the ids that were new, and the rest is done one after the other.
with event as (
    insert into history_event (
        id, strict_hash, declares_error, event_id, type, action, biz_step, disposition, read_point, biz_location,
        event_time, event_time_zone_offset, document, record_time, captured_by
    )
    select k.*, $14::timestamptz, $15::text
    from unnest(
        $1::bigint[], $2::bytea[], $3::boolean[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
        $9::text[], $10::text[], $11::timestamptz[], $12::text[], $13::bytea[]
    ) as k
    on conflict (id) do nothing
    returning id
), name as (
    insert into history_event_name as n (event_id, strict_hash, events)
    select k.event_id, k.strict_hash, array[k.id]
    from unnest($4::text[], $2::bytea[], $1::bigint[]) as k (event_id, strict_hash, id)
    where (select count(*) from event) = cardinality($1::bigint[])
    order by k.event_id
    on conflict (event_id) do update set
        strict_hash = coalesce(n.strict_hash, excluded.strict_hash),
        events = case when n.events @> excluded.events then n.events else n.events || excluded.events end
    where n.strict_hash is null or n.strict_hash = excluded.strict_hash
    returning event_id, is_declared_wrong
), item as (
{upsert}
)
select
    (select array_agg(id) from event) as kept,
    (select count(*) from name where not is_declared_wrong) as named,
    (select array_agg(class order by class, serial) from item where cardinality(events) > {inline}) as full_classes,
    (select array_agg(serial order by class, serial) from item where cardinality(events) > {inline}) as full_serials;

-- name: spill_events
-- Move the event ids of busy items out of their rows.
insert into history_item_events (class, serial, first_event, events)
select class, serial, events[1], events from history_item
where (class, serial) in (select * from unnest($1::integer[], $2::text[]))
on conflict (class, serial, first_event) do update set events = history_item_events.events || excluded.events;

-- name: clear_spilled
-- What has been moved out.
update history_item set events = '{}' where (class, serial) in (select * from unnest($1::integer[], $2::text[]));

-- name: emptied_parents
-- Which of these were ever emptied as a whole. Their rows are ours by now: the upsert has touched them.
select i.class, i.serial, i.emptied_event
from unnest($1::integer[], $2::text[]) as k (class, serial)
join history_item i on i.class = k.class and i.serial = k.serial
where i.emptied_event is not null;

-- name: let_contents_leave
-- Everything that had been put in before the emptying has left, whichever of the two became known first.
with gone as (
    select i.class, i.serial from history_item i
    where i.parent_class = $1 and i.parent_serial = $2 and not i.has_left and i.parent_event < $3
    order by i.class, i.serial for update
)
update history_item i set has_left = true from gone where i.class = gone.class and i.serial = gone.serial;

-- name: lock_items
-- Nobody else may change these things until this transaction ends (T12). Only locks: what stands in a row that was waited
-- for, a join in the same statement would still show as it was before.
with locked as (
    select 1 from unnest($1::integer[], $2::text[]) as k (class, serial)
    join history_item i on i.class = k.class and i.serial = k.serial
    order by i.class, i.serial for update of i
)
select count(*) from locked;

-- name: known_items
-- What the rules must know of these things.
select c.scheme, c.key, i.serial, i.born_event, i.ended, i.ended_event, i.parent_event, i.parent_serial,
    p.class as parent_class, p.scheme as parent_scheme, p.key as parent_key
from unnest($1::integer[], $2::text[]) as k (class, serial)
join history_item i on i.class = k.class and i.serial = k.serial
join history_class c on c.class = i.class
left join history_class p on p.class = i.parent_class and not i.has_left;

-- name: with_contents
-- Which of these have something inside.
select distinct i.parent_class as class, i.parent_serial as serial
from unnest($1::integer[], $2::text[]) as k (class, serial)
join history_item i on i.parent_class = k.class and i.parent_serial = k.serial and not i.has_left;

-- name: contents
-- What stands directly in these: the serials of all that have everything else in common, case by case. A pallet has
-- thousands of units and few lots. `holds` says whether anything ever stood in one of that kind: what nothing stands in
-- needs no look inside. The order makes it one step into an index, where `exists` may walk through every item.
select i.class, k.class as parent_class, k.serial as parent_serial, c.scheme, c.key, c.holds, i.status, i.lot,
    i.expiry, i.serials
from {parents}
cross join lateral (
    select class, status, lot, expiry, array_agg(serial) as serials from history_item
    where parent_class = k.class and parent_serial = k.serial and not has_left
    group by class, status, lot, expiry
) i
cross join lateral (
    select kind.scheme, kind.key,
        (
            select one.parent_serial from history_item one
            where one.parent_class = kind.class and one.parent_serial is not null order by one.parent_serial limit 1
        ) is not null as holds
    from history_class kind where kind.class = i.class
) c;

-- name: chain
-- One thing and all it stands in, the root last; with the emptied case that it came out of, behind it.
select scheme, key, class, serial, parent_class, parent_serial, parent_event, has_left, born_event, ended, ended_event,
    custody, custody_event, status, place, place_event, emptied_event, emptied_place
from history_chain($1::text, $2::text, $3::text, $4::integer);

-- name: links
-- These things as links of a chain: what they stand in, and what their own events say of place and custody.
select c.scheme, c.key, i.class, i.serial, i.parent_class, i.parent_serial, i.parent_event, i.has_left,
    i.born_event, i.ended, i.ended_event, i.custody, i.custody_event, i.status, i.place, i.place_event,
    i.emptied_event, i.emptied_place
from unnest($1::integer[], $2::text[]) as k (class, serial)
join history_item i on i.class = k.class and i.serial = k.serial
join history_class c on c.class = i.class;

-- name: item
-- The present state of one thing, with what decisions say of it, in one answer. Plain values instead of arrays: the
-- database plans it once.
select c.scheme, c.key, i.serial, i.status, i.biz_step, i.disposition, i.place, i.lot, i.expiry, i.order_number,
    i.first_time, i.last_time, p.scheme as parent_scheme, p.key as parent_key, i.parent_serial,
    cardinality(i.events) + coalesce((
        select sum(cardinality(m.events)) from history_item_events m
        where m.class = i.class and m.serial = i.serial
    ), 0) as events,
    (
        select jsonb_agg(jsonb_build_object('kind', s.kind, 'reference', s.reference, 'since', s.since)
            order by s.since, s.kind)
        from history_standing s where s.class = i.class and s.serial = i.serial and s.until is null
    ) as standings{more}
from history_class c
join history_item i on i.class = c.class and i.serial = $3::text
left join history_class p on p.class = i.parent_class and not i.has_left
where c.scheme = $1::text and c.key = $2::text;

-- name: items
-- The present state of these things, with what decisions say of them, in one answer.
select c.scheme, c.key, i.serial, i.status, i.biz_step, i.disposition, i.place, i.lot, i.expiry, i.order_number,
    i.first_time, i.last_time, p.scheme as parent_scheme, p.key as parent_key, i.parent_serial,
    cardinality(i.events) + coalesce((
        select sum(cardinality(m.events)) from history_item_events m
        where m.class = i.class and m.serial = i.serial
    ), 0) as events,
    (
        select jsonb_agg(jsonb_build_object('kind', s.kind, 'reference', s.reference, 'since', s.since)
            order by s.since, s.kind)
        from history_standing s where s.class = i.class and s.serial = i.serial and s.until is null
    ) as standings
from unnest($1::text[], $2::text[], $3::text[]) as k (scheme, key, serial)
join history_class c on c.scheme = k.scheme and c.key = k.key
join history_item i on i.class = c.class and i.serial = k.serial
left join history_class p on p.class = i.parent_class and not i.has_left;

-- name: units
-- A page of units of products, in the order of product and serial.
select c.scheme, c.key, i.serial, i.status, i.biz_step, i.disposition, i.place, i.lot, i.expiry, i.order_number,
    i.first_time, i.last_time, p.scheme as parent_scheme, p.key as parent_key, i.parent_serial,
    cardinality(i.events) + coalesce((
        select sum(cardinality(m.events)) from history_item_events m
        where m.class = i.class and m.serial = i.serial
    ), 0) as events,
    (
        select jsonb_agg(jsonb_build_object('kind', s.kind, 'reference', s.reference, 'since', s.since)
            order by s.since, s.kind)
        from history_standing s where s.class = i.class and s.serial = i.serial and s.until is null
    ) as standings,
    i.class
from history_item i
join history_class c on c.class = i.class and c.scheme = 'sgtin'
left join history_class p on p.class = i.parent_class and not i.has_left
where ($1::text is null or c.key = $1)
    and ($2::text is null or i.lot = $2)
    and ($3::text is null or i.status = $3)
    and ($4::text is null or i.order_number = $4)
    and ($5::integer is null or (i.class, i.serial) > ($5, $6::text))
order by i.class, i.serial
limit $7;

-- name: event_ids_of
-- The ids of all events that name one of these things.
select unnest(i.events) as id
from unnest($1::text[], $2::text[], $3::text[]) as k (scheme, key, serial)
join history_class c on c.scheme = k.scheme and c.key = k.key
join history_item i on i.class = c.class and i.serial = k.serial
union
select unnest(m.events)
from unnest($1::text[], $2::text[], $3::text[]) as k (scheme, key, serial)
join history_class c on c.scheme = k.scheme and c.key = k.key
join history_item_events m on m.class = c.class and m.serial = k.serial;

-- name: ids_of_one
-- The ids of all events that name one thing.
select unnest(i.events) as id
    from history_class c join history_item i on i.class = c.class and i.serial = $3
    where c.scheme = $1 and c.key = $2
    union all
    select unnest(m.events)
    from history_class c join history_item_events m on m.class = c.class and m.serial = $3
    where c.scheme = $1 and c.key = $2;

-- name: ids_of_thing
-- The same where the thing's row is at hand as `thing`.
select unnest(inline) as id from thing
    union all
    select unnest(m.events) from thing t join history_item_events m on m.class = t.class and m.serial = t.serial;

-- name: page_of_events
-- A page of the events that name one thing, newest first: `{columns}` of them, `{thing}` beside each.
with {thing}ids as (
    {ids}
), gone as materialized (
    -- What is archived or erased has no place on a page. Ids and absent events meet as two lists: they lie apart.
    select g.id from history_absent_event g where g.id = any(array(select id from ids))
), page as (
    select i.id from ids i
    where ($4::bigint is null or i.id < $4) and not exists (select from gone g where g.id = i.id)
        and {seen}
    order by i.id desc limit $5
)
select {columns}
from {beside}history_event e where e.id = any(array(select id from page))
order by e.id desc;

-- name: document_within
-- The document, as long as it and those before it on the page have so many octets at most; that of the first always. How
-- long one is costs no reading of it.
case when {most} is null or row_number() over (order by {order}) = 1
    or sum(octet_length(e.document)) over (order by {order} rows unbounded preceding) <= {most}
    then e.document end as document;

-- name: head
-- What is told of an event without its document: one of 10,000 units has half a megabyte.
e.id, e.event_id, e.type, e.action, e.biz_step, e.disposition, e.read_point, e.biz_location, e.event_time,
    e.event_time_zone_offset, e.record_time, e.declares_error, e.strict_hash, e.captured_by,
    e.tx::text::bigint as tx;

-- name: events_by_name
-- The event with this eventID, and the declarations that it was wrong, oldest first.
select e.id, e.event_id, e.type, e.action, e.biz_step, e.disposition, e.read_point, e.biz_location, e.event_time,
    e.event_time_zone_offset, e.record_time, e.declares_error, e.strict_hash, e.captured_by, e.document,
    e.tx::text::bigint as tx
from history_event e
where e.id = any(array(select unnest(n.events) from history_event_name n where n.event_id = $1)) and {seen}
order by e.declares_error, e.record_time, e.id;

-- name: events_by_id
-- These events.
select e.id, e.event_id, e.type, e.action, e.biz_step, e.disposition, e.read_point, e.biz_location, e.event_time,
    e.event_time_zone_offset, e.record_time, e.declares_error, e.strict_hash, e.captured_by, e.document,
    e.tx::text::bigint as tx
from history_event e where e.id = any($1::bigint[]) and {seen} order by e.id;

-- name: event_name_of
-- How the event with this id is called, or was.
select event_id from history_event where id = $1
union all
select coalesce(g.event_id, 'ni:///sha-256;' || encode(g.strict_hash, 'hex') || '?ver=CBV2.0')
from history_absent_event g where g.id = $1;

-- name: query_events
-- A page of the events that meet every condition. `order` and `after` are one of the pairs the store knows; documents past
-- so many octets stay out.
with page as (
    select e.id, e.event_id, e.type, e.action, e.biz_step, e.disposition, e.read_point, e.biz_location, e.event_time,
        e.event_time_zone_offset, e.record_time, e.declares_error, e.strict_hash, e.captured_by, e.document, e.tx
    from history_event e
    where ($1::text[] is null or e.type = any($1))
        and ($2::text[] is null or e.action = any($2))
        and ($3::text[] is null or e.biz_step = any($3))
        and ($4::text[] is null or e.disposition = any($4))
        and ($5::text[] is null or e.read_point = any($5))
        and ($6::text[] is null or e.biz_location = any($6))
        and ($7::bigint[] is null or e.id = any($7))
        and ($8::timestamptz is null or e.event_time >= $8)
        and ($9::timestamptz is null or e.event_time < $9)
        and ($10::timestamptz is null or e.record_time >= $10)
        and ($11::timestamptz is null or e.record_time < $11)
        and ($16::text[] is null or e.read_point = any($16) or e.biz_location = any($16))
        and ($17::text[] is null or e.captured_by = any($17))
        and ($18::bigint is null or e.tx < $18::bigint::text::xid8)
        and (($12::bigint is null and $13::bigint is null and $14::timestamptz is null) or {after})
        and {seen}
    order by {order}
    limit $15
)
select {head}, {document}
from page e
order by {order};

-- name: feed
-- The next events in the order in which they were committed. A transaction that still runs hides all later ones: their
-- turn comes when it has ended, so that nothing is ever skipped (I8).
select e.id, e.event_id, e.type, e.action, e.biz_step, e.disposition, e.read_point, e.biz_location, e.event_time,
    e.event_time_zone_offset, e.record_time, e.declares_error, e.strict_hash, e.captured_by, e.document,
    e.tx::text::bigint as tx
from history_event e
where (e.tx, e.id) > ($1::text::xid8, $2::bigint) and e.tx < pg_snapshot_xmin(pg_current_snapshot())
order by e.tx, e.id
limit $3;

-- name: values_in_use
-- The words and places that events use.
select distinct e.{column} as value from history_event e where e.{column} > $2 and {seen} order by 1 limit $1;

-- name: events_by_hour
-- How many events were recorded in each hour since a moment.
select date_trunc('hour', record_time) as hour, count(*) as events
from history_event where record_time >= $1 group by 1 order by 1;

-- name: items_by_status
-- How many units of products are in which state, and how many of them stand in something.
select i.status, count(*) as units, count(*) filter (where i.parent_serial is not null and not i.has_left) as packed
from history_item i join history_class c on c.class = i.class and c.scheme = 'sgtin'
group by i.status;

-- name: count_events
-- How many events there are.
select count(*) from history_event;

-- name: lot_groups
-- The units of a lot, counted by what their own events say of where they are.
select i.parent_class, i.parent_serial, i.parent_event, i.has_left, i.place, i.place_event, i.custody,
    i.custody_event, i.born_event is not null as is_born, i.ended, i.status, count(*) as units
from history_item i
where i.class = (select class from history_class where scheme = 'sgtin' and key = $1) and i.lot = $2
group by i.parent_class, i.parent_serial, i.parent_event, i.has_left, i.place, i.place_event, i.custody,
    i.custody_event, i.born_event is not null, i.ended, i.status;

-- name: lots
-- The lots of a product, the newest first.
select c.key as gtin, i.lot, max(i.expiry) as expiry, count(*) as units, min(i.first_time) as first_time,
    max(i.last_time) as last_time
from history_item i
join history_class c on c.class = i.class and c.scheme = 'sgtin'
where i.lot is not null and ($1::text is null or c.key = $1)
group by c.key, i.lot
order by min(i.first_time) desc, c.key, i.lot
limit $2;

-- name: stand
-- From now on a decision stands beside these things.
insert into history_standing (class, serial, kind, reference, since)
select class, serial, $3, $4, $5 from unnest($1::integer[], $2::text[]) as k (class, serial)
order by class, serial collate "C"
on conflict (class, serial, kind, reference) do update set since = excluded.since, until = null
where history_standing.until is not null;

-- name: stand_lot
-- The same for all units of a lot.
insert into history_standing (class, serial, kind, reference, since)
select i.class, i.serial, $3, $4, $5 from history_item i
where i.class = (select class from history_class where scheme = 'sgtin' and key = $1) and i.lot = $2
order by i.class, i.serial
on conflict (class, serial, kind, reference) do update set since = excluded.since, until = null
where history_standing.until is not null;

-- name: lift
-- The decision stands no longer.
update history_standing set until = greatest($5, since)
where (class, serial) in (select * from unnest($1::integer[], $2::text[]))
    and kind = $3 and reference = $4 and until is null;

-- name: lift_all
-- The decision stands no longer, for anything.
update history_standing set until = greatest($3, since) where reference = $2 and kind = $1 and until is null;

-- name: item_registers
-- Items with all their registers, in order, for the check against the events.
select i.class, c.scheme, c.key, i.serial, i.first_time, i.last_time, i.born_event, i.ended, i.ended_event,
    i.custody, i.custody_event, i.biz_step, i.step_event, i.disposition, i.disposition_event, p.scheme as parent_scheme,
    p.key as parent_key, i.parent_serial, i.parent_event, i.has_left, i.emptied_event, i.emptied_place, i.place,
    i.place_event, i.lot, i.expiry, i.order_number, i.made_event
from history_item i
join history_class c on c.class = i.class
left join history_class p on p.class = i.parent_class
where (i.class, i.serial) > ($1::integer, $2::text)
order by i.class, i.serial
limit $3;

-- name: write_items
-- Put recomputed registers in place of the kept ones.
update history_item i set
    first_time = k.first_time, last_time = k.last_time, born_event = k.born_event, ended = k.ended,
    ended_event = k.ended_event, custody = k.custody, custody_event = k.custody_event, biz_step = k.biz_step,
    step_event = k.step_event, disposition = k.disposition, disposition_event = k.disposition_event,
    parent_class = k.parent_class, parent_serial = k.parent_serial, parent_event = k.parent_event, has_left = false,
    emptied_event = k.emptied_event, emptied_place = k.emptied_place, place = k.place, place_event = k.place_event,
    lot = k.lot, expiry = k.expiry, order_number = k.order_number, made_event = k.made_event
from ({source}) k
where i.class = k.class and i.serial = k.serial;

-- name: let_contents_return
-- Nothing has left these any more: the emptying was declared wrong, or is judged anew right after.
update history_item i set has_left = false
from unnest($1::integer[], $2::text[]) as k (class, serial)
where i.parent_class = k.class and i.parent_serial = k.serial and i.has_left;

-- name: all_events
-- Every event, with what making the state anew needs.
select id, event_id, document from history_event order by id;

-- name: events_for_log
-- Events after a cursor, of transactions that are all over (below the horizon).
select e.tx::text as tx_text, e.id, e.document, e.salt, e.record_time from history_event e
where (e.tx, e.id) > ($1::text::xid8, $2::bigint) and e.tx < pg_snapshot_xmin(pg_current_snapshot())
order by e.tx, e.id
limit $3;

-- name: event_content
-- These events, to the letter.
select id, document, salt from history_event where id = any($1::bigint[]);

-- name: set_policy
-- What is done with contradictions.
insert into history_policy (captured_by, policy) values ($1, $2)
on conflict (captured_by) do update set policy = excluded.policy;

-- name: policies
-- Every policy that was set.
select captured_by, policy from history_policy order by captured_by;

-- name: note_findings
-- Contradictions that were let through, each once.
insert into history_finding (event, class, serial, code, message, blocking_event, found_at)
select k.event, k.class, k.serial, k.code, k.message, coalesce(
        b.event_id, g.event_id, 'ni:///sha-256;' || encode(g.strict_hash, 'hex') || '?ver=CBV2.0'
    ), $7
from unnest($1::bigint[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::bigint[])
    as k (event, class, serial, code, message, blocking)
left join history_event b on b.id = k.blocking
left join history_absent_event g on g.id = k.blocking
order by k.serial, k.class
on conflict (serial, class, event, code) do nothing;

-- name: resolve_findings
-- What was missing has come.
update history_finding f set resolved_at = $3
from unnest($1::integer[], $2::text[]) as k (class, serial)
where f.class = k.class and f.serial = k.serial and f.code = 'not_commissioned' and f.resolved_at is null;

-- name: findings
-- Open contradictions, the newest first.
select f.event, coalesce(
        e.event_id, g.event_id, 'ni:///sha-256;' || encode(g.strict_hash, 'hex') || '?ver=CBV2.0'
    ) as event_id, c.scheme, c.key,
    f.serial, f.code, f.message, f.blocking_event, f.found_at
from history_finding f
join history_class c on c.class = f.class
left join history_event e on e.id = f.event
left join history_absent_event g on g.id = f.event
where f.resolved_at is null
order by f.found_at desc, f.event desc, f.serial
limit $1;

-- name: park
-- Hold an event until its cause has come; the same one again changes nothing.
insert into history_parked (strict_hash, event_id, type, event_time, document, actor, parked_at, refused)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (strict_hash) do nothing;

-- name: park_waits
-- What it waits for.
insert into history_parked_wait (class, serial, parked)
select class, serial, $3 from unnest($1::integer[], $2::text[]) as k (class, serial) order by serial, class
on conflict (serial, class, parked) do nothing;

-- name: due
-- Events that wait for one of these things and for nothing else any more.
select p.strict_hash, p.document, p.actor
from history_parked p
where p.strict_hash in (
        select w.parked from unnest($1::integer[], $2::text[]) as k (class, serial)
        join history_parked_wait w on w.class = k.class and w.serial = k.serial
    )
    and not exists (
        select from history_parked_wait w
        left join history_item i on i.class = w.class and i.serial = w.serial
        where w.parked = p.strict_hash and i.born_event is null
    )
order by p.event_time, p.strict_hash
for update of p;

-- name: born_meanwhile
-- Things that something waits for, or that a finding misses, although they have been commissioned.
select w.class, w.serial from history_parked_wait w
join history_item i on i.class = w.class and i.serial = w.serial and i.born_event is not null
union
select f.class, f.serial from history_finding f
join history_item i on i.class = f.class and i.serial = f.serial and i.born_event is not null
where f.resolved_at is null and f.code = 'not_commissioned';

-- name: unpark
-- No longer held.
delete from history_parked where strict_hash = any($1::bytea[]);

-- name: unpark_waits
-- Nor waiting.
delete from history_parked_wait where parked = any($1::bytea[]);

-- name: forget_parked
-- What is held under this eventID goes, and is waited for no more.
with gone as (
    delete from history_parked where event_id = $1 returning strict_hash, actor, parked_at
), waits as (
    delete from history_parked_wait w using gone where w.parked = gone.strict_hash
)
select actor, parked_at from gone;

-- name: parked
-- Events that are held, the oldest first, each with what it waits for.
select p.event_id, p.type, p.event_time, p.parked_at, p.actor, p.refused, p.document,
    (
        select jsonb_agg(jsonb_build_array(c.scheme, c.key, w.serial) order by w.class, w.serial)
        from history_parked_wait w join history_class c on c.class = w.class
        where w.parked = p.strict_hash
    ) as waits
from history_parked p
order by p.parked_at, p.strict_hash
limit $1;
