-- Events on their way into archives, and back.

-- name: first_event
-- The oldest event of a range that is still here.
select min(id) from history_event where id >= $1 and id < $2;

-- name: ripe
-- Events of a range that nobody needs at hand any more: recorded long enough ago, read by every follower of the feed
-- (`$4`, a transaction; null when none is behind), without an open finding, of nothing that is recalled or blocked now.
with held as materialized (
    select f.event as id from history_finding f where f.resolved_at is null
    union
    select unnest(i.events) from history_standing s
    join history_item i on i.class = s.class and i.serial = s.serial where s.until is null
    union
    select unnest(m.events) from history_standing s
    join history_item_events m on m.class = s.class and m.serial = s.serial where s.until is null
)
select e.id from history_event e
where e.id >= $1 and e.id < $2 and e.record_time < $3
    and e.tx < pg_snapshot_xmin(pg_current_snapshot()) and ($4::text is null or e.tx < $4::text::xid8)
    and not exists (select from held h where h.id = e.id)
order by e.id limit $5;

-- name: plan
-- How many of them each month has, and how many events must stay.
with held as materialized (
    select f.event as id from history_finding f where f.resolved_at is null
    union
    select unnest(i.events) from history_standing s
    join history_item i on i.class = s.class and i.serial = s.serial where s.until is null
    union
    select unnest(m.events) from history_standing s
    join history_item_events m on m.class = s.class and m.serial = s.serial where s.until is null
)
select to_char(e.event_time at time zone 'UTC', 'YYYY-MM') as period, count(*) filter (where ripe.yes) as events,
    count(*) filter (where not ripe.yes) as kept
from history_event e
left join held h on h.id = e.id
cross join lateral (
    select h.id is null and e.record_time < $2 and e.tx < pg_snapshot_xmin(pg_current_snapshot())
        and ($3::text is null or e.tx < $3::text::xid8) as yes
) ripe
where e.id < $1 group by 1 order by 1;

-- name: bodies
-- These events with all that is kept of them.
select id, strict_hash, declares_error, event_id, type, action, biz_step, disposition, read_point, biz_location, event_time,
    event_time_zone_offset, record_time, document, captured_by, tx::text as tx, salt
from history_event where id = any($1::bigint[]);

-- name: names_taken
-- Names of files that a period has had.
select name from history_archive where period = $1;

-- name: insert_archive
-- A file of events.
insert into history_archive (name, period, first_event, last_event, events, bytes, sha256, log_size, archived_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id;

-- name: archives
-- Every file of archived events, the oldest period first, and how many of its events are away now.
select a.name, a.period, a.first_event, a.last_event, a.events, a.bytes, a.sha256, a.archived_at, a.restored_at,
    (select count(*) from history_absent_event g where g.archive = a.id) as away
from history_archive a order by a.period, a.id;

-- name: archive_named
-- One file of archived events.
select id, sha256 from history_archive where name = $1;

-- name: bring_back
-- Events of an archive that are away: their rows as they were. What was erased since does not come back.
with back as (
    delete from history_absent_event g using staging_history_restored s
    where g.id = s.id and g.archive = $1 and g.strict_hash = s.strict_hash
    returning g.id
)
insert into history_event (
    id, strict_hash, declares_error, event_id, type, action, biz_step, disposition, read_point, biz_location, event_time,
    event_time_zone_offset, record_time, document, captured_by, tx, salt
)
select s.id, s.strict_hash, s.declares_error, s.event_id, s.type, s.action, s.biz_step, s.disposition, s.read_point,
    s.biz_location, s.event_time, s.event_time_zone_offset, s.record_time, s.document, s.captured_by, s.tx::xid8, s.salt
from staging_history_restored s join back on back.id = s.id;

-- name: restored
-- When its events came back.
update history_archive set restored_at = $2 where id = $1;

-- name: by_month
-- How many events happened in each month, and how large they are, as far as they are here.
select date_trunc('month', event_time at time zone 'UTC')::date as month, count(*) as events,
    sum(pg_column_size(document))::bigint as bytes
from history_event group by 1 order by 1;

-- name: holdings
-- How large the events here are, when the oldest happened, and how many are archived or erased.
select pg_total_relation_size('history_event') as bytes, (select min(id) from history_event) as oldest,
    (select count(*) from history_archive) as archives,
    (select count(*) from history_absent_event where archive is not null) as archived,
    (select count(*) from history_absent_event where erased_at is not null) as erased;
