-- identity: which NFC tag sits on which unit, and how often it has been tapped. No key stands here: keys are derived.

create table identity_tag (
    -- The chip's own number. It is the key and would be the distribution column: a tap brings it, and one chip is one
    -- unit's for ever. A unit may carry several tags (cap and bottle).
    uid text collate "C" primary key check (uid ~ '^[0-9A-F]{14}$'),
    gtin text collate "C" not null check (gtin ~ '^[0-9]{14}$'),
    serial text collate "C" not null check (serial <> ''),
    -- Generation of the keys that were written into the tag.
    generation smallint not null check (generation >= 0),
    -- Of the last accepted tap; before the first one as the encoder left it, -1 when it did not tap.
    counter integer not null check (counter between -1 and 16777215),
    -- The counter before the last accepted tap.
    counter_before integer not null check (counter_before between -1 and counter),
    taps integer not null default 0 check (taps >= 0),
    registered_at timestamptz not null,
    tapped_at timestamptz,
    check ((tapped_at is null) = (taps = 0))
) with (fillfactor = 80);
create index identity_tag_unit on identity_tag (serial, gtin);
