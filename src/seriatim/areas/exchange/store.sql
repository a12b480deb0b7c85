-- name: insert_job
-- What became of one capture, and, unless it is null, the document as it was sent; one that is there already is kept for
-- longer.
with document as (
    insert into exchange_document (sha256, octets, content, kept_at)
    select $15, $16, $17, $3 where $17::bytea is not null
    on conflict (sha256) do update set kept_at = greatest(exchange_document.kept_at, excluded.kept_at)
)
insert into exchange_job (
    id, created_at, finished_at, success, error_behaviour, accepted, duplicates, rejected, errors, verdicts, warnings,
    error_count, master_data, actor, document_sha256
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- name: job
-- One capture job; null actor asks for anybody's.
select id, created_at, finished_at, success, error_behaviour, accepted, duplicates, rejected, errors, verdicts, warnings,
    error_count, master_data, actor as sender
from exchange_job where id = $1 and ($2::text is null or actor = $2);

-- name: jobs
-- A page of capture jobs, newest first.
select id, created_at, finished_at, success, error_behaviour, accepted, duplicates, rejected, errors, verdicts, warnings,
    error_count, master_data, actor as sender
from exchange_job
where ($1::text is null or actor = $1) and ($2::uuid is null or id < $2) and ($4::boolean is null or success <> $4)
order by id desc
limit $3;

-- name: insert_query
-- Give a query a name, unless the name is taken.
insert into exchange_query (name, query, created_at, created_by) values ($1, $2, $3, $4)
on conflict (name) do nothing
returning name;

-- name: count_queries
-- How many queries somebody has given a name.
select count(*) from exchange_query where created_by = $1;

-- name: query
-- The query of that name; null creator asks for anybody's.
select name, query, created_by from exchange_query where name = $1 and ($2::text is null or created_by = $2);

-- name: queries
-- A page of named queries, by name.
select name, query, created_by from exchange_query
where name > $1 and ($3::text is null or created_by = $3)
order by name
limit $2;

-- name: delete_query
-- A name stands for nothing any more.
delete from exchange_query where name = $1;

-- name: document_of
-- The document of a job, compressed; null actor asks for anybody's.
select d.content
from exchange_job j join exchange_document d on d.sha256 = j.document_sha256
where j.id = $1 and ($2::text is null or j.actor = $2);

-- name: forget_documents
-- Documents past their time, and those beyond the room there is for them, oldest first.
delete from exchange_document where kept_at < $1 or sha256 in (
    select sha256
    from (
        select sha256, sum(length(content)) over (order by kept_at desc, sha256) as filled from exchange_document
    ) as newest
    where filled > $2
);

-- name: revoke
-- A page token is good no longer.
insert into exchange_released_token (token_sha256, expires_at) values ($1, $2) on conflict (token_sha256) do nothing;

-- name: is_revoked
-- Whether a page token was released.
select exists (select from exchange_released_token where token_sha256 = $1);

-- name: forget_revoked
-- What has expired needs no revocation.
delete from exchange_released_token where expires_at <= $1;

-- name: forget_documents_of
-- Documents in which an event came, by the verdict about it or by who told it when; and all undone ones of that sender.
delete from exchange_document d using exchange_job j
where j.document_sha256 = d.sha256
    and (j.verdicts @> $1::jsonb or (j.actor = $2 and (j.finished_at = $3 or not j.success)));
