-- name: texts
-- What is said of a product, in all languages.
select language, headline, description, instructions, recycle, look_for from content_text where gtin = $1 order by language;

-- name: steps
-- The stations of a product's story, in all languages.
select language, place, title, text, date_text from content_story_step where gtin = $1 order by language, position;

-- name: save_text
-- New words in one language.
insert into content_text (gtin, language, headline, description, instructions, recycle, look_for, saved_by, saved_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
on conflict (gtin, language) do update
set headline = excluded.headline, description = excluded.description, instructions = excluded.instructions,
    recycle = excluded.recycle, look_for = excluded.look_for, saved_by = excluded.saved_by, saved_at = excluded.saved_at;

-- name: remove_steps
-- The story in one language, before it is told anew.
delete from content_story_step where gtin = $1 and language = $2;

-- name: add_steps
-- The stations in their order.
insert into content_story_step (gtin, language, position, place, title, text, date_text)
select $1, $2, step.position, step.place, step.title, step.text, step.date_text
from unnest($3::text[], $4::text[], $5::text[], $6::text[]) with ordinality
    as step (place, title, text, date_text, position);
