-- name: make_salt
-- The salt of a day, the given one if there was none.
insert into protection_salt (day, salt) values ($1, $2)
on conflict (day) do nothing;

-- name: salts
-- The salts of these days.
select day, salt from protection_salt where day = any($1);

-- name: destroy_salts
-- Salts that nobody needs any more.
delete from protection_salt where day < $1;

-- name: scans_of_unit
-- The newest scans of one code, without the one that a retry sends again.
select id, received_at, session_key, channel, country, latitude, longitude, loc_source, accuracy_km, network
from protection_scan
where serial = $1 and gtin = $2 and nonce <> $3 and received_at >= $4
order by id desc limit $5;

-- name: record
-- One scan; no row when it was recorded before.
insert into protection_scan (serial, id, nonce, gtin, lot, raw_code, fault, channel, received_at, session_key, country,
                             cell, latitude, longitude, loc_source, accuracy_km, network, browser_family, language,
                             verdict, band, score, reasons, rule_set)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
on conflict (serial, nonce) do nothing
returning id;

-- name: recorded
-- The id under which a scan was recorded before.
select id from protection_scan where serial = $1 and nonce = $2;

-- name: raise_alert
-- Open an alert, or count one more sighting of the open one. No row when a person decided the same matter within the
-- last 30 days, or ever on this root: who has looked is not asked again by a retry or the next scan.
insert into protection_alert as kept (rule, subject, gtin, serial, root, text, country, band, score, opened_at, last_seen_at)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10
where not exists (
    select from protection_alert
    where rule = $1 and subject = $2 and state = 'decided' and (root = $5 or decided_at > $10::timestamptz - interval '30 days')
)
on conflict (rule, subject) where state = 'open' do update
set sightings = kept.sightings + 1, last_seen_at = greatest(kept.last_seen_at, excluded.last_seen_at),
    band = case when excluded.score > kept.score then excluded.band else kept.band end,
    score = greatest(kept.score, excluded.score)
returning id;

-- name: scans
-- Scans, newest first, before an id; of one code, or of all.
select id, received_at, gtin, serial, lot, raw_code, fault, channel, country, cell, latitude, longitude, loc_source,
       network, browser_family, language, verdict, band, score, reasons
from protection_scan
where ($1::text is null or serial = $1) and ($2::text is null or gtin = $2) and ($3::text is null or band = $3)
  and ($4::bigint is null or id < $4)
order by id desc limit $5;

-- name: alerts
-- Alerts in a state (or all), newest first, before an id.
select id, rule, subject, gtin, serial, text, country, band, score, state, sightings, opened_at, last_seen_at, label,
       reason, decided_by, decided_at
from protection_alert
where ($1::text is null or state = $1) and ($2::bigint is null or id < $2) and ($3::text is null or serial = $3)
order by id desc limit $4;

-- name: alert
-- One alert.
select id, rule, subject, gtin, serial, text, country, band, score, state, sightings, opened_at, last_seen_at, label,
       reason, decided_by, decided_at
from protection_alert where id = $1;

-- name: waiting
-- The oldest open alerts of one rule.
select id, rule, subject, gtin, serial, text, country, band, score, state, sightings, opened_at, last_seen_at, label,
       reason, decided_by, decided_at
from protection_alert where rule = $1 and state = 'open'
order by id limit $2;

-- name: decide
-- Close an open alert with a label; no row when it is not open.
update protection_alert
set state = 'decided', label = $2, reason = $3, decided_by = $4, decided_at = $5
where id = $1 and state = 'open'
returning id;

-- name: open_alerts
-- How many alerts are open, by rule.
select rule, count(*) as alerts, min(opened_at) as oldest from protection_alert where state = 'open'
group by rule order by rule;

-- name: labels
-- How the alerts of each rule were decided.
select rule, label, count(*) as alerts from protection_alert where state = 'decided' group by rule, label order by rule, label;

-- name: cells
-- Consumer sessions by country and cell since a moment.
select country, cell, latitude, longitude, count(*) as scans,
       count(distinct session_key) + count(*) filter (where session_key is null) as sessions,
       count(*) filter (where band in ('caution', 'suspicious')) as doubtful
from protection_scan
where received_at >= $1 and channel = 'consumer' and country <> ''
group by country, cell, latitude, longitude
order by country, cell;

-- name: verdicts
-- Scans by what was answered since a moment.
select verdict, count(*) as scans from protection_scan where received_at >= $1 group by verdict order by verdict;

-- name: scans_by_hour
-- Scans of each hour since a moment, and how many of them were doubtful.
select date_trunc('hour', received_at) as hour, count(*) as scans,
       count(*) filter (where band in ('caution', 'suspicious')) as doubtful
from protection_scan where received_at >= $1 group by 1 order by 1;

-- name: forget_clients
-- Sever scans from their clients.
update protection_scan set session_key = null where received_at < $1 and session_key is not null;

-- name: forget_scans
-- Scans whose time is over.
delete from protection_scan where received_at < $1;

-- name: erase_scan
-- Everything that came from the one who scanned; what was answered, and when, stays.
update protection_scan set raw_code = '', session_key = null, country = '', cell = '', latitude = null, longitude = null,
    loc_source = 'none', accuracy_km = null, network = '', browser_family = '', language = '', reasons = '[]'
where id = $1;
