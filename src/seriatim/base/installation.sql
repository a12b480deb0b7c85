-- name: found
-- The first start of an installation: remember its key; later starts change nothing.
insert into base_installation (key_fingerprint) values ($1) on conflict do nothing;

-- name: installation
-- The one row.
select epoch, key_fingerprint, created_at from base_installation;
