-- protection: scans of codes and what the rules made of them. No address of a phone, no exact place is ever stored.

-- Daily salts of the session keys; a salt older than yesterday is destroyed, and with it the way back to a client.
create table protection_salt (
    day date primary key,
    salt bytea not null check (length(salt) = 32)
);

create table protection_scan (
    -- Empty where the code carried no serial or could not be read.
    serial text collate "C" not null,
    -- Milliseconds since 1970 << 20 | 20 random bits: sorts by time, made without a sequence.
    id bigint not null,
    nonce text collate "C" not null,
    gtin text collate "C" not null,
    lot text not null,
    raw_code text not null check (octet_length(raw_code) <= 2048),
    fault text not null,
    channel text not null,
    received_at timestamptz not null,
    session_key bytea,
    country text not null check (country ~ '^([A-Z]{2})?$'),
    -- Cell of 25 km, and its centre in degrees.
    cell text not null,
    latitude double precision,
    longitude double precision,
    loc_source text not null,
    accuracy_km double precision,
    network text not null,
    browser_family text not null,
    language text not null,
    verdict text not null,
    band text not null,
    score double precision not null,
    reasons jsonb not null,
    rule_set text not null,
    primary key (serial, id),
    unique (serial, nonce)
);
create index protection_scan_id on protection_scan (id desc);
create index protection_scan_received on protection_scan using brin (received_at);

create table protection_alert (
    id bigint generated always as identity primary key,
    rule text not null,
    subject text not null,
    gtin text not null,
    serial text not null,
    -- The scan that began it: the same root never raises the alert again once it is decided.
    root bigint not null,
    text text not null,
    country text not null,
    band text not null,
    score double precision not null,
    state text not null default 'open' check (state in ('open', 'decided')),
    sightings integer not null default 1,
    opened_at timestamptz not null,
    last_seen_at timestamptz not null,
    label text check (label in ('clone', 'diversion', 'data_error', 'genuine', 'cannot_tell')),
    reason text,
    decided_by text,
    decided_at timestamptz,
    check (
        (state = 'decided') = (label is not null)
        and (label is null) = (decided_by is null)
        and (label is null) = (decided_at is null)
        and (label is null or length(reason) > 0)
    )
);
create unique index protection_alert_open on protection_alert (rule, subject) where state = 'open';
create index protection_alert_subject on protection_alert (subject, rule);
create index protection_alert_page on protection_alert (state, id desc);
