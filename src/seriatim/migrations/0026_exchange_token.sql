-- exchange: page tokens that were released before they expired; all others need no row.
create table exchange_released_token (
    token_sha256 bytea primary key check (length(token_sha256) = 32),
    expires_at timestamptz not null
);
create index exchange_released_token_expiry on exchange_released_token (expires_at);
