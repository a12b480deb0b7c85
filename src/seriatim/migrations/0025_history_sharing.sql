-- history: who sees what, and the index of the kinds, lots and parties that events name.

create table history_event_term (
    term text collate "C" not null,
    event bigint not null,
    primary key (term, event)
);
create index history_event_captured_by on history_event (captured_by, id);

-- Events before this id have no terms yet: those of an older version, entered when Seriatim starts.
create table history_term_gap (
    before bigint primary key
);
insert into history_term_gap select 9223372036854775807 where exists (select from history_event);

-- For which party of the master data a caller speaks; a caller is called as in `captured_by`.
create table history_partner (
    caller text primary key check (length(caller) between 1 and 200),
    party_gln text not null check (party_gln ~ '^[0-9]{13}$'),
    since timestamptz not null
);
create index history_partner_party on history_partner (party_gln);
