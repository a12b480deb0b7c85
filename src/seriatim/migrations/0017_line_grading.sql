-- Pictures brought to be graded, and the calibrations of the stations that took them.

create table line_calibration (
    id text collate "C" primary key check (id ~ '^[A-Za-z0-9][A-Za-z0-9 ._-]{0,59}$'),
    made_on date not null,
    card text not null check (length(card) between 1 and 120),
    dark_level double precision not null check (dark_level between 0 and 255),
    white_level double precision not null check (white_level between 0 and 1000),
    mm_per_pixel double precision check (mm_per_pixel > 0 and mm_per_pixel <= 5),
    note text not null default '' check (length(note) <= 200),
    entered_by text not null check (entered_by <> ''),
    entered_at timestamptz not null,
    retired_at timestamptz,
    retired_by text,
    check (white_level - dark_level > 1),
    check ((retired_at is null) = (retired_by is null))
);

-- Grades name their calibration for ever: it is retired, never changed or taken away.
create function line_calibration_stays() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.retired_at is null and new.retired_at is not null
        and (new.id, new.made_on, new.card, new.dark_level, new.white_level, new.mm_per_pixel, new.note,
             new.entered_by, new.entered_at)
            is not distinct from
            (old.id, old.made_on, old.card, old.dark_level, old.white_level, old.mm_per_pixel, old.note,
             old.entered_by, old.entered_at) then
        return new;
    end if;
    raise exception 'a calibration stays as it was entered' using errcode = 'restrict_violation';
end $$;
create trigger line_calibration_stays before update or delete on line_calibration
    for each row execute function line_calibration_stays();

-- Kept for a day, so that reports can be fetched without sending the picture again; few, and bounded in bytes.
create table line_graded_picture (
    id uuid primary key,
    name text not null check (length(name) between 1 and 120),
    picture bytea not null check (octet_length(picture) between 1 and 33554432),
    bytes integer not null generated always as (octet_length(picture)) stored,
    asked text not null,
    reads text not null,
    grades text not null,
    kept_by text not null check (kept_by <> ''),
    kept_at timestamptz not null
);
create index line_graded_picture_kept on line_graded_picture (kept_at);
alter table line_graded_picture alter column picture set storage external;
