-- recall: taking lots back. The standing of each unit is history's; here is the decision and who took it.

create table recall_recall (
    id bigint generated always as identity primary key,
    gtin text collate "C" not null check (gtin ~ '^[0-9]{14}$'),
    lot text collate "C" not null check (lot <> ''),
    reason text not null check (length(reason) > 0),
    instructions text not null,
    drill boolean not null,
    state text not null default 'proposed' check (state in ('proposed', 'live', 'closed')),
    proposed_by text not null,
    proposed_at timestamptz not null,
    launched_by text,
    launched_at timestamptz,
    units integer not null default 0,
    closed_by text,
    closed_at timestamptz,
    close_reason text,
    -- A recall is the act of two people.
    check (launched_by <> proposed_by),
    check ((launched_by is null) = (launched_at is null)),
    check (state <> 'live' or launched_by is not null),
    check ((state = 'closed') = (closed_by is not null and closed_at is not null and length(close_reason) > 0))
);
-- One lot is recalled once at a time; drills do not count.
create unique index recall_recall_live on recall_recall (gtin, lot) where state = 'live' and not drill;
create index recall_recall_state on recall_recall (state, id desc);

-- Who held the units when the recall was launched.
create table recall_holder (
    recall_id bigint not null references recall_recall (id),
    position integer not null,
    place text,
    status text not null,
    units integer not null,
    primary key (recall_id, position)
);
