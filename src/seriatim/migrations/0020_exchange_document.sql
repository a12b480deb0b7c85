-- exchange: the documents themselves, so that their faults can be shown where they stand.

-- By content: who sends a document again and again fills nothing. Jobs name it by `document_sha256`.
create table exchange_document (
    sha256 bytea primary key check (length(sha256) = 32),
    octets integer not null,
    content bytea not null,
    kept_at timestamptz not null
);
alter table exchange_document alter content set storage external;
create index exchange_document_kept_at on exchange_document (kept_at, sha256);
