-- The warehouse: shipments between places, what was expected and what arrived.

create table warehouse_shipment (
    id uuid primary key,
    from_gln text not null check (from_gln ~ '^[0-9]{13}$'),
    to_gln text not null check (to_gln ~ '^[0-9]{13}$'),
    state text not null check (state in ('shipped', 'received')),
    expected integer not null check (expected > 0),
    arrived integer check (arrived >= 0),
    shipped_at timestamptz not null,
    received_at timestamptz,
    check (from_gln <> to_gln),
    check ((state = 'received') = (received_at is not null and arrived is not null))
);
create index warehouse_shipment_newest on warehouse_shipment (shipped_at desc, id);

-- The logistic units of a shipment: what was announced, what was found.
create table warehouse_shipment_unit (
    shipment uuid not null references warehouse_shipment,
    sscc text collate "C" not null check (sscc ~ '^[0-9]{18}$'),
    found boolean,
    primary key (shipment, sscc)
);
