-- Who may do what, and who did what.

create table access_person (
    id uuid primary key,
    email text not null check (email = lower(email) and position('@' in email) > 1 and length(email) <= 254),
    name text not null check (length(name) between 1 and 200),
    role text not null check (role in ('administrator', 'line_operator', 'line_lead', 'quality', 'warehouse',
        'brand_protection', 'marketing', 'service', 'partner', 'auditor', 'integration')),
    password_hash text,
    created_at timestamptz not null,
    disabled_at timestamptz,
    unique (email)
);

-- A session is known by the hash of its secret; the secret itself is only in the browser.
create table access_session (
    secret_hash bytea primary key check (length(secret_hash) = 32),
    person uuid not null references access_person,
    csrf text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null check (expires_at > created_at)
);
create index access_session_person on access_session (person);

create table access_key (
    id text collate "C" primary key check (length(id) between 4 and 32),
    name text not null check (length(name) between 1 and 200),
    role text not null check (role in ('administrator', 'line_operator', 'line_lead', 'quality', 'warehouse',
        'brand_protection', 'marketing', 'service', 'partner', 'auditor', 'integration')),
    secret_hash bytea not null unique check (length(secret_hash) = 32),
    created_at timestamptz not null,
    expires_at timestamptz,
    revoked_at timestamptz
);

create table access_once_link (
    secret_hash bytea primary key check (length(secret_hash) = 32),
    purpose text not null check (purpose in ('set_password', 'sign_in')),
    person uuid not null references access_person,
    expires_at timestamptz not null,
    used_at timestamptz
);

-- Failed and successful tries to sign in, for throttling; swept after a day.
create table access_sign_in_try (
    subject text collate "C" not null,
    at timestamptz not null
);
create index access_sign_in_try_subject on access_sign_in_try (subject, at);

-- No audit row, no change: it is written in the same transaction. `leaf` is what the verifiable log will contain.
create table access_audit (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    actor_kind text not null check (actor_kind in ('person', 'key', 'system', 'public')),
    actor text not null,
    actor_name text not null,
    deed text not null,
    subject text not null,
    entry bytea not null,
    salt bytea not null check (length(salt) = 16),
    leaf bytea not null check (length(leaf) = 32)
);
create index access_audit_subject on access_audit (subject, id);

-- What was refused, and to whom; written after the refused change was rolled back.
create table access_refusal (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    door text not null,
    code text not null,
    reason text not null,
    raw bytea not null,
    raw_bytes integer not null check (raw_bytes >= length(raw)),
    raw_sha256 bytea not null check (length(raw_sha256) = 32),
    actor_kind text not null,
    actor text not null,
    nonce text,
    blocking text
);
create index access_refusal_code on access_refusal (code, id);

-- One row for each Idempotency-Key of one caller: the answer it got.
create table access_idempotency (
    key text collate "C" not null,
    actor text collate "C" not null,
    route text not null,
    body_sha256 bytea not null check (length(body_sha256) = 32),
    status smallint,
    body bytea,
    created_at timestamptz not null,
    primary key (key, actor)
);
create index access_idempotency_age on access_idempotency (created_at);
