-- exchange: what partners and systems have sent, and what became of it.

create table exchange_job (
    id uuid primary key,
    created_at timestamptz not null,
    finished_at timestamptz not null,
    success boolean not null,
    error_behaviour text not null check (error_behaviour in ('rollback', 'proceed')),
    accepted integer not null,
    duplicates integer not null,
    rejected integer not null,
    errors jsonb not null,
    verdicts jsonb not null,
    warnings jsonb not null,
    actor text not null,
    document_sha256 bytea not null
);
create index exchange_job_actor on exchange_job (actor, id);
