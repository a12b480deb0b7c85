-- name: insert_shipment
-- A shipment that leaves.
insert into warehouse_shipment (id, from_gln, to_gln, state, expected, shipped_at) values ($1, $2, $3, 'shipped', $4, $5);

-- name: insert_units
-- What stands on its papers.
insert into warehouse_shipment_unit (shipment, sscc) select $1, unnest($2::text[]);

-- name: shipment
-- One shipment.
select * from warehouse_shipment where id = $1;

-- name: shipments
-- Shipments, newest first, after a (shipped_at, id).
select * from warehouse_shipment
where $1::timestamptz is null or (shipped_at, id) < ($1, $2::uuid)
order by shipped_at desc, id desc
limit $3;

-- name: units
-- What stands on its papers.
select sscc from warehouse_shipment_unit where shipment = $1 order by sscc;

-- name: mark_found
-- What was found of what was announced.
update warehouse_shipment_unit set found = sscc = any($2::text[]) where shipment = $1;

-- name: mark_received
-- The shipment has arrived; no row when it had arrived before.
update warehouse_shipment set state = 'received', arrived = $2, received_at = $3
where id = $1 and state = 'shipped'
returning id;
