-- What a witness has signed: its own small SQLite file, away from the database of the log.

-- name: schema
-- One row for each log.
create table if not exists access_signed (origin text primary key, size integer not null, root blob not null) without rowid;

-- name: last
-- What was signed last of one log.
select size, root from access_signed where origin = ?;

-- name: keep
-- What is signed now.
insert into access_signed (origin, size, root) values (?, ?, ?)
on conflict do update set size = excluded.size, root = excluded.root;
