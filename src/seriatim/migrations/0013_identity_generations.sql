-- identity: a product's serials come in generations, each with a form, a key and a counter of its own, or with numbers
-- that somebody outside issued. One generation issues; the older ones stay, so that their serials are known for ever.

-- Two shuffles of one space can meet (REL-R1). What lands on a serial that an older generation gave out, or on a number
-- from outside, is skipped: its counter is void, and the lease says so. Ranges, since a list may run out in one piece.
alter table identity_lease
    add column voided int8multirange not null default '{}',
    add check (voided <@ int8range(first, past)),
    add check (voided <> int8multirange(int8range(first, past)));

alter table identity_serial_policy
    drop constraint identity_serial_policy_generation_check,
    drop constraint identity_serial_policy_capacity_check,
    drop constraint identity_serial_policy_check,
    -- Ninety-nine more fit into the span of a lease; a look-up asks every one of them.
    add check (generation between 0 and 99),
    add column source text not null default 'keyed' check (source in ('keyed', 'imported')),
    -- Stands before the characters of the alphabet.
    add column prefix text not null default '',
    -- Set where serials are plain numbers without leading zeros: they stay below it, as 2^38 for SGTIN-96.
    add column below bigint,
    -- All that the older generations gave out; it stands still, since they never issue again.
    add column issued_before bigint not null default 0 check (issued_before >= 0),
    add column issued_ever bigint not null generated always as (issued_before + issued) stored,
    add column previous smallint generated always as (nullif(generation, 0) - 1) stored,
    add column reason text not null default '',
    add column begun_at timestamptz,
    add column rotated_at timestamptz,
    add check (issued >= 0 and capacity >= 0),
    add check (generation > 0 or issued_before = 0),
    add check (char_length(prefix) + length <= 20),
    -- The law of capacity, over all generations: a ten-thousandth of the space at most is ever issued.
    add constraint identity_serial_policy_law check (source = 'imported' or issued_before + issued <= capacity),
    add constraint identity_serial_policy_space check (source = 'imported' or capacity * 10000::numeric
        <= coalesce(below, power(char_length(alphabet)::numeric, length))),
    -- Of an imported generation, capacity counts the numbers in its lists.
    add check (source = 'keyed' or issued <= capacity),
    -- A generation that has a successor can issue no more: its successor points at the count it ended with.
    add unique (gtin, generation, issued_ever),
    add constraint identity_serial_policy_frozen foreign key (gtin, previous, issued_before)
        references identity_serial_policy (gtin, generation, issued_ever);
create unique index identity_serial_policy_current on identity_serial_policy (gtin) where rotated_at is null;

-- Numbers that an authority or a partner issued, in the order of their file: positions [first, past) of a generation.
create table identity_number_list (
    id uuid primary key,
    gtin text collate "C" not null,
    generation smallint not null,
    first bigint not null check (first >= 0),
    past bigint not null check (past > first),
    issuer text not null,
    -- After this the numbers may not be leased; null: they keep.
    expires_at timestamptz,
    imported_at timestamptz not null,
    span numrange not null generated always as (
        numrange(
            gtin::numeric * 1e22 + generation * 1e19 + first,
            gtin::numeric * 1e22 + generation * 1e19 + past
        )
    ) stored,
    exclude using gist (span with &&),
    unique (gtin, generation, first),
    foreign key (gtin, generation) references identity_serial_policy
);

-- One row for each such number. It is the size of items, so serial is in its key, as where it would be distributed.
create table identity_listed_number (
    gtin text collate "C" not null,
    serial text collate "C" not null check (char_length(serial) between 1 and 20),
    generation smallint not null,
    position bigint not null check (position >= 0),
    -- Whatever list it came from, a number is there once.
    primary key (gtin, serial)
);
create index identity_listed_number_position on identity_listed_number (gtin, generation, position);
