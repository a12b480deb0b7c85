-- name: found
-- The first start of an installation: remember its key; later starts change nothing.
insert into base_installation (key_fingerprint) values ($1) on conflict do nothing;

-- name: installation
-- The one row.
select epoch, key_fingerprint, created_at from base_installation;

-- name: epoch
-- The number of this life.
select epoch from base_installation;

-- name: begin_epoch
-- The next life; no row for one that has been.
update base_installation set epoch = $1 where epoch < $1 returning epoch;
