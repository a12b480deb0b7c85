-- name: all_links
-- Every link, for the snapshot.
select id, gtin, lot, serial, link_type, href, title, hreflang, media_type, context, public, forward_query,
       valid_from, valid_until
from resolver_link order by gtin, id;

-- name: links
-- Links in stored order after an id, of one product or of all.
select id, gtin, lot, serial, link_type, href, title, hreflang, media_type, context, public, forward_query,
       valid_from, valid_until
from resolver_link
where ($1::text is null or gtin = $1) and id > $2
order by id limit $3;

-- name: link
-- One link, held against changes until the end of the transaction.
select id, gtin, lot, serial, link_type, href, title, hreflang, media_type, context, public, forward_query,
       valid_from, valid_until
from resolver_link where id = $1 for update;

-- name: add_link
-- A new link; no row when the level has its default already.
insert into resolver_link (gtin, lot, serial, link_type, href, title, hreflang, media_type, context, public,
                           forward_query, valid_from, valid_until, saved_by, saved_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
on conflict (gtin, lot, serial) where link_type = 'defaultLink' do nothing
returning id;

-- name: remove_link
-- Forget a link.
delete from resolver_link where id = $1;

-- name: described
-- Whether a target of this level stands under a type that says what it is, not counting one link.
select exists (
    select from resolver_link
    where gtin = $1 and lot = $2 and serial = $3 and href = $4 and id <> $5
      and link_type not in ('defaultLink', 'defaultLinkMulti')
);

-- name: leads_by_default
-- Whether a target is a default of this level.
select exists (
    select from resolver_link
    where gtin = $1 and lot = $2 and serial = $3 and href = $4
      and link_type in ('defaultLink', 'defaultLinkMulti')
);

-- name: hosts
-- The hosts that links may lead to.
select host from resolver_host order by host;

-- name: add_host
-- Allow a host; a repetition changes nothing.
insert into resolver_host (host, added_by, added_at) values ($1, $2, $3) on conflict (host) do nothing;

-- name: remove_host
-- Allow a host no longer.
delete from resolver_host where host = $1;

-- name: links_to_host
-- How many links lead to a host.
select count(*) from resolver_link where href like 'https://' || $1 || '/%' or href = 'https://' || $1;
