-- resolver: where codes lead.

-- Hosts that links may lead to, besides our own; a link to any other is refused when it is saved.
create table resolver_host (
    host text collate "C" primary key check (host = lower(host)),
    added_by text not null,
    added_at timestamptz not null
);

-- One link at one level: product (lot and serial empty), lot, unit.
create table resolver_link (
    id bigint generated always as identity primary key,
    gtin text collate "C" not null check (gtin ~ '^[0-9]{14}$'),
    lot text collate "C" not null default '',
    serial text collate "C" not null default '',
    link_type text not null,
    href text not null,
    title text not null,
    hreflang text[] not null default '{}',
    media_type text not null default '',
    context text[] not null default '{}',
    public boolean not null default true,
    forward_query boolean not null default true,
    valid_from timestamptz,
    valid_until timestamptz,
    saved_by text not null,
    saved_at timestamptz not null,
    check (valid_from < valid_until)
);
create index resolver_link_gtin on resolver_link (gtin, lot, serial, id);
-- Exactly one default for each entity.
create unique index resolver_link_default on resolver_link (gtin, lot, serial) where link_type = 'defaultLink';
