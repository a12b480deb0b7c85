-- name: kept
-- What is kept of these things: the fingerprint of what was told last, and the version that holds.
select d.vocabulary, d.thing, d.version, d.told_sha256, v.document
from unnest($1::text[], $2::text[]) as asked (vocabulary, thing)
join history_master_data d on d.vocabulary = asked.vocabulary and d.thing = asked.thing
join history_master_data_version v
    on v.vocabulary = d.vocabulary and v.thing = d.thing and v.version = d.version;

-- name: lock
-- One document at a time changes master data: two could each be sound, and both together a circle.
lock table history_master_data in share row exclusive mode;

-- name: insert_versions
-- New versions of things.
insert into history_master_data_version (vocabulary, thing, version, spelled, document, recorded_at, captured_by)
select vocabulary, thing, version, spelled, document, $6, $7
from unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::bytea[])
    as told (vocabulary, thing, version, spelled, document);

-- name: upsert_kept
-- The versions that hold from now on.
insert into history_master_data (vocabulary, thing, version, told_sha256)
select vocabulary, thing, version, told_sha256
from unnest($1::text[], $2::text[], $3::integer[], $4::bytea[]) as told (vocabulary, thing, version, told_sha256)
on conflict (vocabulary, thing) do update set version = excluded.version, told_sha256 = excluded.told_sha256;

-- name: delete_attributes
-- What was known of these things.
delete from history_master_data_attribute a using unnest($1::text[], $2::text[]) as told (vocabulary, thing)
where a.vocabulary = told.vocabulary and a.thing = told.thing;

-- name: insert_attributes
-- What is known of them.
insert into history_master_data_attribute (vocabulary, thing, attribute, place, value)
select vocabulary, thing, attribute, place, value
from unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::text[])
    as told (vocabulary, thing, attribute, place, value);

-- name: delete_children
-- What lay in these places.
delete from history_master_data_child c using unnest($1::text[], $2::text[]) as told (vocabulary, thing)
where c.vocabulary = told.vocabulary and c.thing = told.thing;

-- name: insert_children
-- What lies in them.
insert into history_master_data_child (vocabulary, thing, child)
select vocabulary, thing, child from unnest($1::text[], $2::text[], $3::text[]) as told (vocabulary, thing, child);

-- name: links_below
-- What lies in these places, one level; by what some have told, or, where the tellers are null, by what all have.
select c.vocabulary, c.thing, c.child
from history_master_data_child c
where c.thing = any($1::text[])
    and ($3::text[] is null or exists (
        select from history_master_data d
        join history_master_data_version v
            on v.vocabulary = d.vocabulary and v.thing = d.thing and v.version = d.version
        where d.vocabulary = c.vocabulary and d.thing = c.thing and v.captured_by = any($3::text[])
    ))
limit $2;

-- name: things_above
-- What these places lie in, one level.
select distinct thing from history_master_data_child where child = any($1::text[]) limit $2;

-- name: having
-- The things that have one of the attributes; unless the values are null, with one of them. Tellers as above.
select distinct a.thing
from history_master_data_attribute a
where a.attribute = any($1::text[]) and ($2::text[] is null or a.value = any($2::text[]))
    and ($4::text[] is null or exists (
        select from history_master_data d
        join history_master_data_version v
            on v.vocabulary = d.vocabulary and v.thing = d.thing and v.version = d.version
        where d.vocabulary = a.vocabulary and d.thing = a.thing and v.captured_by = any($4::text[])
    ))
limit $3;

-- name: versions
-- Every version of what is known of a thing, the newest first; null for the vocabulary asks for all.
select vocabulary, thing, version, document, recorded_at, captured_by
from history_master_data_version
where thing = $1 and ($2::text is null or vocabulary = $2)
order by vocabulary, version desc
limit $3;

-- name: listed
-- A page of what is known, by vocabulary and name; a text is looked for in names and values.
select v.vocabulary, v.thing, v.version, v.document, v.recorded_at, v.captured_by
from history_master_data d
join history_master_data_version v
    on v.vocabulary = d.vocabulary and v.thing = d.thing and v.version = d.version
where ($1::text is null or d.vocabulary = $1)
    and (
        $2::text is null or v.spelled ilike $2 or d.thing ilike $2
        or exists (
            select from history_master_data_attribute a
            where a.vocabulary = d.vocabulary and a.thing = d.thing and a.value ilike $2
        )
    )
    and (d.vocabulary, d.thing) > ($3, $4)
order by d.vocabulary, d.thing
limit $5;

-- name: vocabularies
-- How many things each vocabulary has.
select vocabulary, count(*) as things from history_master_data group by vocabulary order by vocabulary;

-- name: told_by
-- Who told what holds of these things, by whatever vocabulary.
select distinct v.thing, v.captured_by
from history_master_data_version v
join history_master_data d on d.vocabulary = v.vocabulary and d.thing = v.thing and d.version = v.version
where v.thing = any($1::text[]);
