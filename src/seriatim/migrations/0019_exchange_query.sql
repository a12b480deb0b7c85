-- exchange: questions that have a name.

create table exchange_query (
    name text collate "C" primary key check (length(name) between 1 and 200),
    query text not null,
    created_at timestamptz not null,
    created_by text not null
);
