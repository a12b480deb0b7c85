-- Who may do what, and who did what.

create table access_person (
    id uuid primary key,
    email text not null check (position('@' in email) > 1 and length(email) <= 254),
    name text not null check (length(name) between 1 and 200),
    role text not null check (role in ('administrator', 'line_operator', 'line_lead', 'quality', 'warehouse',
        'brand_protection', 'marketing', 'service', 'partner', 'auditor', 'integration')),
    password_hash text check (password_hash like '$argon2id$%'),
    created_at timestamptz not null,
    disabled_at timestamptz check (disabled_at >= created_at)
);
create unique index access_person_email on access_person (lower(email));

-- A session is known by the hash of its secret; the secret is only in the browser, and the form token derives from it.
create table access_session (
    secret_hash bytea primary key check (length(secret_hash) = 32),
    person uuid not null references access_person,
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
    expires_at timestamptz check (expires_at > created_at),
    revoked_at timestamptz check (revoked_at >= created_at)
);

create table access_once_link (
    secret_hash bytea primary key check (length(secret_hash) = 32),
    purpose text not null check (purpose in ('set_password', 'sign_in')),
    person uuid not null references access_person,
    created_at timestamptz not null,
    expires_at timestamptz not null check (expires_at > created_at),
    used_at timestamptz check (used_at < expires_at)
);
create index access_once_link_person on access_once_link (person);

-- The pace of tries to sign in, one row for each hashed e-mail and address: `due` runs ahead of the clock.
create table access_sign_in_pace (
    subject bytea primary key check (length(subject) = 32),
    due timestamptz not null
);

-- Where somebody has signed in before: an attack from elsewhere does not slow these down (T30).
create table access_familiar_address (
    place bytea primary key check (length(place) = 32),
    seen_at timestamptz not null
);

-- No audit row, no change: it is written in the same transaction. `leaf` is what the verifiable log will contain.
create table access_audit (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    actor_kind text not null check (actor_kind in ('person', 'key', 'system', 'public')),
    actor text not null check (actor <> ''),
    actor_name text not null,
    deed text not null check (deed <> ''),
    subject text not null,
    entry bytea not null,
    salt bytea not null check (length(salt) = 16),
    leaf bytea not null check (length(leaf) = 32)
);
create index access_audit_subject on access_audit (subject, id);

create function access_audit_only_grows() returns trigger language plpgsql as $$
begin
    raise exception 'the audit trail only grows' using errcode = 'restrict_violation';
end $$;
create trigger access_audit_only_grows before update or delete or truncate on access_audit
    for each statement execute function access_audit_only_grows();

-- What was refused, and to whom; written after the refused change was rolled back.
create table access_refusal (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    door text not null check (length(door) between 1 and 200),
    code text not null check (length(code) between 1 and 100),
    reason text not null check (length(reason) <= 2000),
    raw bytea not null check (length(raw) <= 65536),
    raw_bytes integer not null check (raw_bytes >= length(raw)),
    raw_sha256 bytea not null check (length(raw_sha256) = 32),
    actor_kind text not null check (actor_kind in ('person', 'key', 'system', 'public')),
    actor text not null check (actor <> ''),
    nonce text check (length(nonce) between 1 and 200),
    blocking text
);
create index access_refusal_code on access_refusal (code, id);
-- A device that sends its refusal again after a lost answer gets the row it has made before.
create unique index access_refusal_nonce on access_refusal (actor, nonce) where nonce is not null;

-- One row for each Idempotency-Key of one caller: the answer it got. An answer with a secret has an empty body here.
create table access_idempotency (
    key text collate "C" not null check (length(key) between 1 and 255),
    actor text collate "C" not null,
    route text not null,
    body_sha256 bytea not null check (length(body_sha256) = 32),
    status smallint check (status between 200 and 299),
    body bytea check ((body is null) = (status is null)),
    created_at timestamptz not null,
    primary key (key, actor)
);
create index access_idempotency_age on access_idempotency (created_at);
