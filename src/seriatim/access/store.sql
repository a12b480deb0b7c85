-- name: insert_person
-- A new person; no row when the e-mail is taken.
insert into access_person (id, email, name, role, created_at) values ($1, $2, $3, $4, $5)
on conflict (lower(email)) do nothing returning id;

-- name: person
-- One person.
select id, email, name, role, created_at, disabled_at, password_hash is not null as has_password
from access_person where id = $1;

-- name: people
-- Everybody, by e-mail.
select id, email, name, role, created_at, disabled_at, password_hash is not null as has_password
from access_person order by email;

-- name: password_of
-- Whom an e-mail belongs to, and the hash of the password, if the person may sign in.
select id, password_hash from access_person where lower(email) = lower($1) and disabled_at is null;

-- name: set_password
-- The hash of the person's password, if the person may sign in.
update access_person set password_hash = $2 where id = $1 and disabled_at is null returning id;

-- name: disable_person
-- The person may no longer sign in.
update access_person set disabled_at = $2 where id = $1 and disabled_at is null returning id;

-- name: active_administrators
-- Who can let others in; locked, so that two of them cannot end each other's access in the same moment.
select id from access_person where role = 'administrator' and disabled_at is null order by id for update;

-- name: somebody_can_sign_in
-- Whether anybody has a password.
select exists (select 1 from access_person where password_hash is not null and disabled_at is null);

-- name: insert_session
-- A new session.
insert into access_session (secret_hash, person, created_at, expires_at) values ($1, $2, $3, $4);

-- name: session
-- The person behind a session that still lives.
select p.id, p.name, p.role
from access_session as s join access_person as p on p.id = s.person
where s.secret_hash = $1 and s.expires_at > $2 and p.disabled_at is null;

-- name: delete_session
-- A session ends.
delete from access_session where secret_hash = $1;

-- name: delete_sessions
-- All sessions of a person end.
delete from access_session where person = $1;

-- name: keep_pace
-- Lets one more try of these subjects in; only those with room come back. `due` may run $4 ahead of the clock.
insert into access_sign_in_pace as pace (subject, due)
select subject, $2::timestamptz + $3::interval from unnest($1::bytea[]) as subject order by subject
on conflict (subject) do update set due = greatest(pace.due, $2::timestamptz) + $3::interval
where greatest(pace.due, $2::timestamptz) + $3::interval <= $2::timestamptz + $4::interval
returning subject;

-- name: is_familiar
-- Whether this person has signed in from this address since a moment.
select exists (select 1 from access_familiar_address where place = $1 and seen_at > $2);

-- name: make_familiar
-- The person has signed in from this address.
insert into access_familiar_address as known (place, seen_at) values ($1, $2)
on conflict (place) do update set seen_at = greatest(known.seen_at, excluded.seen_at);

-- name: insert_once_link
-- A one-time link; no row when there is no such person who may sign in.
insert into access_once_link (secret_hash, purpose, person, created_at, expires_at)
select $1, $2, id, $4, $5 from access_person where id = $3 and disabled_at is null
returning person;

-- name: once_link
-- The person of a one-time link that can still be used.
select p.id, p.email, p.name, p.role, p.created_at, p.disabled_at, p.password_hash is not null as has_password
from access_once_link as l join access_person as p on p.id = l.person
where l.secret_hash = $1 and l.purpose = $2 and l.used_at is null and l.expires_at > $3 and p.disabled_at is null;

-- name: use_once_link
-- Uses the link up; no row when it was used, has expired, is for another purpose or never was.
update access_once_link as l set used_at = $3 from access_person as p
where l.secret_hash = $1 and l.purpose = $2 and l.used_at is null and l.expires_at > $3
    and p.id = l.person and p.disabled_at is null
returning l.person;

-- name: delete_unused_links
-- The person's links that nobody has used.
delete from access_once_link where person = $1 and used_at is null;

-- name: insert_key
-- A new API key.
insert into access_key (id, name, role, secret_hash, created_at, expires_at) values ($1, $2, $3, $4, $5, $6);

-- name: keys
-- All keys, newest first.
select id, name, role, created_at, expires_at, revoked_at from access_key order by created_at desc, id;

-- name: key_actor
-- The key with this secret, if it may still be used.
select id, name, role from access_key
where secret_hash = $1 and revoked_at is null and (expires_at is null or expires_at > $2);

-- name: active_key
-- The key of this id, if it may still be used.
select id, name, role from access_key
where id = $1 and revoked_at is null and (expires_at is null or expires_at > $2);

-- name: active_person
-- The person of this id, if not disabled.
select id::text as id, name, role from access_person where id::text = $1 and disabled_at is null;

-- name: living_keys
-- The keys with these secrets that were not revoked.
select secret_hash, id, name, role, expires_at from access_key
where secret_hash = any($1::bytea[]) and revoked_at is null;

-- name: revoke_key
-- The key stops working at once.
update access_key set revoked_at = $2 where id = $1 and revoked_at is null returning id;

-- name: insert_audit
-- One line of the audit trail.
insert into access_audit (at, actor_kind, actor, actor_name, deed, subject, entry, salt, leaf)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: insert_audits
-- Lines of the audit trail for deeds of one kind, all done at once.
insert into access_audit (at, actor_kind, actor, actor_name, deed, subject, entry, salt, leaf)
select $1, $2, $3, $4, $5, subject, entry, salt, leaf
from unnest($6::text[], $7::bytea[], $8::bytea[], $9::bytea[]) with ordinality
    as k (subject, entry, salt, leaf, place)
order by place;

-- name: audit_trail
-- The audit trail, newest first, before an id; of one subject or of all.
select id, at, actor_kind, actor, actor_name, deed, subject, entry from access_audit
where id < coalesce($1, 9223372036854775807) and ($2::text is null or subject = $2)
order by id desc limit $3;

-- name: insert_refusal
-- One refusal; with a nonce that its sender has used before, the row from then.
insert into access_refusal (at, door, code, reason, raw, raw_bytes, raw_sha256, actor_kind, actor, nonce, blocking)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
on conflict (actor, nonce) where nonce is not null do update set nonce = excluded.nonce
returning id;

-- name: refusals
-- Refusals, newest first, before an id; of one code or of all.
select id, at, door, code, reason, raw, raw_bytes, raw_sha256, actor_kind, actor, nonce, blocking from access_refusal
where id < coalesce($1, 9223372036854775807) and ($2::text is null or code = $2)
order by id desc limit $3;

-- name: claim_key
-- Takes an Idempotency-Key; no row when somebody has it. A twin in flight is waited for.
insert into access_idempotency (key, actor, route, body_sha256, created_at) values ($1, $2, $3, $4, $5)
on conflict (key, actor) do nothing
returning key;

-- name: kept_answer
-- What the key's first request was and got.
select route, body_sha256, status, body from access_idempotency where key = $1 and actor = $2;

-- name: keep_answer
-- What the key's first request got.
update access_idempotency set status = $3, body = $4 where key = $1 and actor = $2;

-- name: forget_answers
-- Forgets Idempotency-Keys from before a moment.
delete from access_idempotency where created_at < $1;

-- name: forget_sessions
-- Forgets sessions that have ended by themselves.
delete from access_session where expires_at <= $1;

-- name: forget_links
-- Forgets one-time links that can no longer be used.
delete from access_once_link where expires_at <= $1;

-- name: forget_pace
-- Forgets tries to sign in that no longer count; leaves alone what a sign-in holds just now.
delete from access_sign_in_pace where subject in
    (select subject from access_sign_in_pace where due <= $1 for update skip locked);

-- name: forget_addresses
-- Forgets where people have signed in before a moment.
delete from access_familiar_address where seen_at < $1;

-- name: audit_for_log
-- Lines of the audit trail after a cursor, of transactions that are all over (below the horizon).
select a.tx::text as tx_text, a.id, a.entry, a.salt, a.at from access_audit a
where (a.tx, a.id) > ($1::text::xid8, $2::bigint) and a.tx < pg_snapshot_xmin(pg_current_snapshot())
order by a.tx, a.id
limit $3;

-- name: audit_content
-- What was written down in these lines, to the letter.
select id, entry, salt from access_audit where id = any($1::bigint[]);
