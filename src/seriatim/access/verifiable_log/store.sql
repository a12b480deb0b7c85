-- The verifiable log's list, and how far it has been read out of the tables of those who fill it.

-- name: lock_head
-- The length of the list; no row while another process numbers (one sequencer, REL-R6).
select size from access_log_head for update skip locked;

-- name: size
-- The length of the list.
select size from access_log_head;

-- name: grow
-- The list has become longer.
update access_log_head set size = $1;

-- name: cursor
-- How far one kind has been read; no row for a new kind.
select tx::text as tx_text, id from access_log_cursor where kind = $1;

-- name: make_cursor
-- A new kind begins with its oldest row.
insert into access_log_cursor (kind) values ($1) returning tx::text as tx_text, id;

-- name: move_cursor
-- Everything of this kind up to (tx, id) has its place.
update access_log_cursor set tx = $2::text::xid8, id = $3 where kind = $1;

-- name: entries
-- The entries from one place on, in order.
select entry from access_log_entry where place >= $1 and place < $2 order by place;

-- name: subjects
-- What stands at the places from one on, in order.
select place, kind, subject from access_log_entry where place >= $1 and place < $2 order by place;

-- name: place_of
-- Where a deed or event stands; no row while it waits for its place.
select place, entry from access_log_entry where kind = $1 and subject = $2;

-- name: places_of
-- Where these deeds or events stand; what waits for its place is missing.
select subject, place, entry from access_log_entry where kind = $1 and subject = any($2::bigint[]);
