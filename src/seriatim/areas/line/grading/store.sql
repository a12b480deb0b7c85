-- name: insert_calibration
-- A station's calibration; no row when the id is taken.
insert into line_calibration (id, made_on, card, dark_level, white_level, mm_per_pixel, note, entered_by, entered_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict do nothing
returning *;

-- name: retire_calibration
-- Not to be chosen any more; no row when it is not there or retired already.
update line_calibration set retired_at = $2, retired_by = $3 where id = $1 and retired_at is null returning *;

-- name: calibration
-- One calibration, retired or not.
select * from line_calibration where id = $1;

-- name: calibrations
-- All calibrations, those in use first, the newest first.
select * from line_calibration order by retired_at is not null, made_on desc, id limit $1;

-- name: insert_picture
-- A picture that was graded, with what was asked and read.
insert into line_graded_picture (id, name, picture, asked, reads, grades, kept_by, kept_at)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: forget_old
-- Forgets pictures kept before a time.
delete from line_graded_picture where kept_at < $1;

-- name: forget_excess
-- Forgets the oldest pictures beyond a number, or beyond a sum of bytes.
delete from line_graded_picture where id in (
    select id from (
        select id, row_number() over newest as place, sum(bytes) over newest as total
        from line_graded_picture
        window newest as (order by kept_at desc, id desc rows unbounded preceding)
    ) as kept
    where place > $1 or total > $2
);

-- name: picture
-- One kept picture that is not too old.
select id, name, picture, asked, reads, kept_by, kept_at from line_graded_picture where id = $1 and kept_at >= $2;

-- name: picture_names
-- The newest kept pictures, without their pixels.
select id, name, grades, kept_by, kept_at from line_graded_picture
where kept_at >= $1 order by kept_at desc, id desc limit $2;
