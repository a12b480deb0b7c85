-- name: save_products
-- Products as given; one row, with whether it is new, for each that is new or differs from what was kept.
insert into identity_product as kept (gtin, name, brand, description, net_content, shelf_life_days, markets, gcp_length,
                                      units_per_case, cases_per_pallet, picture, look_for, created_at, changed_at)
select gtin, name, brand, description, net_content, shelf_life_days, markets, gcp_length,
       units_per_case, cases_per_pallet, picture, look_for, $2, $2
from jsonb_to_recordset($1::jsonb) as given (
    gtin text, name text, brand text, description text, net_content text, shelf_life_days integer, markets text[],
    gcp_length smallint, units_per_case integer, cases_per_pallet integer, picture text, look_for text)
on conflict (gtin) do update
set name = excluded.name, brand = excluded.brand, description = excluded.description,
    net_content = excluded.net_content, shelf_life_days = excluded.shelf_life_days, markets = excluded.markets,
    gcp_length = excluded.gcp_length, units_per_case = excluded.units_per_case,
    cases_per_pallet = excluded.cases_per_pallet, picture = excluded.picture, look_for = excluded.look_for,
    changed_at = excluded.changed_at
where (kept.name, kept.brand, kept.description, kept.net_content, kept.shelf_life_days, kept.markets, kept.gcp_length,
       kept.units_per_case, kept.cases_per_pallet, kept.picture, kept.look_for)
    is distinct from
      (excluded.name, excluded.brand, excluded.description, excluded.net_content, excluded.shelf_life_days,
       excluded.markets, excluded.gcp_length, excluded.units_per_case, excluded.cases_per_pallet, excluded.picture,
       excluded.look_for)
returning gtin as key, xmax = 0 as is_new;

-- name: product
-- One product.
select gtin, name, brand, description, net_content, shelf_life_days, markets, gcp_length, units_per_case,
       cases_per_pallet, picture, look_for
from identity_product where gtin = $1;

-- name: products
-- Products in the order of their GTINs, after one of them.
select gtin, name, brand, description, net_content, shelf_life_days, markets, gcp_length, units_per_case,
       cases_per_pallet, picture, look_for
from identity_product where gtin > $1 order by gtin limit $2;

-- name: save_parties
-- Parties as given; one row, with whether it is new, for each that is new or differs from what was kept.
insert into identity_party as kept (gln, name, kind, country)
select gln, name, kind, country
from jsonb_to_recordset($1::jsonb) as given (gln text, name text, kind text, country text)
on conflict (gln) do update set name = excluded.name, kind = excluded.kind, country = excluded.country
where (kept.name, kept.kind, kept.country) is distinct from (excluded.name, excluded.kind, excluded.country)
returning gln as key, xmax = 0 as is_new;

-- name: party
-- One party.
select gln, name, kind, country from identity_party where gln = $1;

-- name: parties
-- Parties in the order of their GLNs, after one of them.
select gln, name, kind, country from identity_party where gln > $1 order by gln limit $2;

-- name: unknown_parties
-- Those of these GLNs that are no party.
select asked.gln from unnest($1::text[]) as asked (gln)
where not exists (select from identity_party where identity_party.gln = asked.gln)
order by asked.gln;

-- name: save_locations
-- Locations as given; one row, with whether it is new, for each that is new or differs from what was kept.
insert into identity_location as kept (gln, name, party_gln, kind, country, city, latitude, longitude)
select gln, name, party_gln, kind, country, city, latitude, longitude
from jsonb_to_recordset($1::jsonb) as given (
    gln text, name text, party_gln text, kind text, country text, city text, latitude double precision,
    longitude double precision)
on conflict (gln) do update
set name = excluded.name, party_gln = excluded.party_gln, kind = excluded.kind, country = excluded.country,
    city = excluded.city, latitude = excluded.latitude, longitude = excluded.longitude
where (kept.name, kept.party_gln, kept.kind, kept.country, kept.city, kept.latitude, kept.longitude)
    is distinct from
      (excluded.name, excluded.party_gln, excluded.kind, excluded.country, excluded.city, excluded.latitude,
       excluded.longitude)
returning gln as key, xmax = 0 as is_new;

-- name: location
-- One location.
select gln, name, party_gln, kind, country, city, latitude, longitude from identity_location where gln = $1;

-- name: locations
-- Locations in the order of their GLNs, after one of them.
select gln, name, party_gln, kind, country, city, latitude, longitude
from identity_location where gln > $1 order by gln limit $2;

-- name: locations_of
-- The locations of one party.
select gln, name, party_gln, kind, country, city, latitude, longitude
from identity_location where party_gln = $1 order by gln;

-- name: company_prefixes
-- The company prefixes in the GTINs of products: the digits after the indicator digit.
select distinct substr(gtin, 2, gcp_length) as prefix from identity_product order by 1;
