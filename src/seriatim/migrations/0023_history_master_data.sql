-- history: master data, what is known of places, products and parties beside the events. Small: reference tables.
-- `thing` is the one name of a thing in all its spellings.

-- Which version of a thing holds, and what was told of it last (so that the same telling is known again at once).
create table history_master_data (
    vocabulary text collate "C" not null,
    thing text collate "C" not null,
    version integer not null check (version >= 1),
    told_sha256 bytea not null check (length(told_sha256) = 32),
    primary key (vocabulary, thing)
);

-- Every version, for ever.
create table history_master_data_version (
    vocabulary text collate "C" not null,
    thing text collate "C" not null,
    version integer not null check (version >= 1),
    spelled text not null,
    document bytea not null,
    recorded_at timestamptz not null,
    captured_by text not null,
    primary key (thing, vocabulary, version)
);

-- What the version that holds says, as queries ask for it; null for a value that has parts.
create table history_master_data_attribute (
    vocabulary text collate "C" not null,
    thing text collate "C" not null,
    attribute text collate "C" not null,
    place integer not null,
    value text,
    primary key (vocabulary, thing, place)
);
create index history_master_data_attribute_asked on history_master_data_attribute (attribute, thing);

-- What lies in what.
create table history_master_data_child (
    vocabulary text collate "C" not null,
    thing text collate "C" not null,
    child text collate "C" not null,
    primary key (thing, child, vocabulary)
);
create index history_master_data_child_above on history_master_data_child (child, thing);
