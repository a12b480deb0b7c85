-- identity: what is made, by whom and where, and which block of serials went to which line.
-- Master data and leases are small; units have no row here, a serial tells its counter to the owner of the key.

create table identity_product (
    gtin text collate "C" primary key check (gtin ~ '^[0-9]{14}$'),
    name text not null,
    brand text not null,
    description text not null,
    net_content text not null,
    shelf_life_days integer not null check (shelf_life_days > 0),
    markets text[] not null,
    gcp_length smallint not null check (gcp_length between 4 and 12),
    units_per_case integer not null check (units_per_case > 0),
    cases_per_pallet integer not null check (cases_per_pallet > 0),
    picture text not null,
    look_for text not null,
    created_at timestamptz not null,
    changed_at timestamptz not null
);

create table identity_party (
    gln text collate "C" primary key check (gln ~ '^[0-9]{13}$'),
    name text not null,
    kind text not null check (kind in ('owner', 'maker', 'distributor', 'retailer', 'authority')),
    country text not null check (country ~ '^[A-Z]{2}$')
);

create table identity_location (
    gln text collate "C" primary key check (gln ~ '^[0-9]{13}$'),
    name text not null,
    party_gln text collate "C" not null references identity_party,
    kind text not null check (kind in ('plant', 'warehouse', 'shop')),
    country text not null check (country ~ '^[A-Z]{2}$'),
    city text not null,
    latitude double precision not null check (latitude between -90 and 90),
    longitude double precision not null check (longitude between -180 and 180)
);

-- The form of a product's serials and the counter of the next one.
create table identity_serial_policy (
    gtin text collate "C" not null references identity_product,
    -- Two generations are two permutations of one space and can meet (REL-R1); a second one needs its guard first.
    generation smallint not null default 0 check (generation = 0),
    alphabet text not null,
    length smallint not null,
    -- A ten-thousandth of the space: the chance of a right guess stays below 1 in 10,000.
    capacity bigint not null check (capacity > 0),
    issued bigint not null default 0 check (issued between 0 and capacity),
    primary key (gtin, generation)
);

-- A block [first, past) of counters, lent to one line for ever: unused ones are a gap, nobody else gets them.
create table identity_lease (
    id uuid primary key,
    gtin text collate "C" not null,
    generation smallint not null,
    first bigint not null check (first >= 0),
    past bigint not null check (past > first),
    line text not null,
    order_number text not null,
    state text not null check (state in ('granted', 'used', 'returned', 'void')),
    granted_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz check ((ended_at is null) = (state = 'granted')),
    -- GTIN, generation and counter side by side as one number: core PostgreSQL can exclude ranges, not keys with them.
    span numrange not null generated always as (
        numrange(
            gtin::numeric * 1e22 + generation * 1e19 + first,
            gtin::numeric * 1e22 + generation * 1e19 + past
        )
    ) stored,
    -- I1: no serial is ever leased twice.
    exclude using gist (span with &&),
    unique (gtin, generation, first),
    foreign key (gtin, generation) references identity_serial_policy
);
create index identity_lease_time on identity_lease (gtin, granted_at);

-- How many SSCCs each company prefix and extension digit has used.
create table identity_sscc (
    gcp text collate "C" not null check (gcp ~ '^[0-9]{4,12}$'),
    extension text collate "C" not null check (extension ~ '^[0-9]$'),
    capacity bigint not null,
    issued bigint not null check (issued between 0 and capacity),
    -- 9521 and 95211 would count through the same numbers: a prefix may not begin with another one.
    span int8range not null generated always as (
        int8range(rpad(extension || gcp, 17, '0')::bigint, rpad(extension || gcp, 17, '9')::bigint, '[]')
    ) stored,
    primary key (gcp, extension),
    exclude using gist (span with &&)
);
