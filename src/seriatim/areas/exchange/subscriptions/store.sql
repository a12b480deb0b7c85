-- name: insert
-- A new subscription.
insert into exchange_subscription (
    id, query, dest, token, schedule, report_if_empty, format, epc_format, cbv_format, created_at, created_by,
    initial_record_time, min_record_time, batch_events, tx, event, next_run_at, due_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, $14::text::xid8, $15, $16, $16);

-- name: count_of_query
-- How many subscriptions a query has.
select count(*) from exchange_subscription where query = $1;

-- name: count_of_subscriber
-- How many subscriptions somebody has.
select count(*) from exchange_subscription where created_by = $1;

-- name: subscriptions
-- Subscriptions with their queues, in the order in which they were made; null asks for all queries, anybody's, any state.
select s.id, s.query, s.dest, s.token is not null as signed, s.schedule, s.report_if_empty, s.format, s.epc_format,
    s.cbv_format, s.created_at, s.created_by, s.initial_record_time, s.min_record_time, s.last_notified_at, s.state,
    s.state_why, s.failures, s.next_run_at, s.due_at, s.batch_events, coalesce(q.waiting, 0) as waiting,
    coalesce(q.dead, 0) as dead
from exchange_subscription s
left join lateral (
    select count(*) filter (where d.state = 'waiting') as waiting, count(*) filter (where d.state = 'dead') as dead
    from exchange_delivery d where d.subscription = s.id and d.state in ('waiting', 'dead')
) q on true
where ($1::text is null or s.query = $1) and ($2::text is null or s.created_by = $2)
    and ($3::text is null or s.state = $3) and ($4::uuid is null or s.id > $4)
order by s.id
limit $5;

-- name: subscription
-- One subscription with its queue; null asks for anybody's.
select s.id, s.query, s.dest, s.token is not null as signed, s.schedule, s.report_if_empty, s.format, s.epc_format,
    s.cbv_format, s.created_at, s.created_by, s.initial_record_time, s.min_record_time, s.last_notified_at, s.state,
    s.state_why, s.failures, s.next_run_at, s.due_at, s.batch_events, coalesce(q.waiting, 0) as waiting,
    coalesce(q.dead, 0) as dead
from exchange_subscription s
left join lateral (
    select count(*) filter (where d.state = 'waiting') as waiting, count(*) filter (where d.state = 'dead') as dead
    from exchange_delivery d where d.subscription = s.id and d.state in ('waiting', 'dead')
) q on true
where s.id = $1 and ($2::text is null or s.created_by = $2);

-- name: lock
-- One subscription, for whoever changes it: the others wait.
select id from exchange_subscription where id = $1 for update;

-- name: progress
-- How far it has come.
select tx::text::bigint as tx, event, run_at, run_tx::text::bigint as run_tx, run_event, run_has_reported, next_run_at,
    due_at
from exchange_subscription where id = $1;

-- name: save_progress
-- It has come so far.
update exchange_subscription
set tx = $2::text::xid8, event = $3, run_at = $4, run_tx = $5::text::xid8, run_event = $6, run_has_reported = $7,
    next_run_at = $8, due_at = $9
where id = $1;

-- name: tokens
-- What deliveries are signed with at this moment.
select token, case when former_token_until > $2 then former_token end as former_token
from exchange_subscription where id = $1;

-- name: change_token
-- From now on deliveries are signed with this token; with the former one, too, until then.
update exchange_subscription
set former_token = token, former_token_until = case when token is not null then $3::timestamptz end, token = $2
where id = $1;

-- name: set_state
-- It goes on, or stands still, and why.
update exchange_subscription
set state = $2, state_why = $3, due_at = $4, failures = case when $2 = 'active' then 0 else failures end
where id = $1;

-- name: acknowledged
-- A receiver has taken a document.
update exchange_subscription
set last_notified_at = $2, min_record_time = greatest(min_record_time, $3), batch_events = $4, failures = 0, due_at = $2
where id = $1;

-- name: covered
-- A run has found nothing, and nothing waits: all up to here has been reported.
update exchange_subscription set min_record_time = greatest(min_record_time, $2)
where id = $1
    and not exists (select from exchange_delivery d where d.subscription = $1 and d.state = 'waiting');

-- name: not_acknowledged
-- A try has failed, and counts as so many failures.
update exchange_subscription set failures = failures + $2, batch_events = $3, due_at = $4 where id = $1;

-- name: delete
-- The subscription ends, and all that waits for its receiver.
delete from exchange_subscription where id = $1;

-- name: claim
-- Take subscriptions that are due, for as long as the lease lasts; those with failures, or those without. Subscribers
-- take turns, and none has more than so many under way ($8 are those that are).
with turns as (
    select id, row_number() over (partition by created_by order by due_at nulls last, id) + (
        select count(*) from exchange_subscription busy
        where busy.id = any($8::uuid[]) and busy.created_by = exchange_subscription.created_by
    ) as turn
    from exchange_subscription
    where state = 'active'
        and (due_at <= $1 or (due_at is null and (tx, event) < ($2::text::xid8, $3::bigint)))
        and (failures > 0) = $4
        and id <> all($8::uuid[])
), due as (
    -- Asked again of the row that is locked: another process may have taken it meanwhile.
    select s.id from exchange_subscription s join turns t on t.id = s.id and t.turn <= $7
    where s.state = 'active'
        and (s.due_at <= $1 or (s.due_at is null and (s.tx, s.event) < ($2::text::xid8, $3::bigint)))
        and (s.failures > 0) = $4
    order by t.turn, s.due_at nulls last
    limit $5
    for update of s skip locked
)
update exchange_subscription s set due_at = $6 from due where s.id = due.id returning s.id;

-- name: lease
-- It stays with whoever serves it until then, or is due then.
update exchange_subscription set due_at = $2 where id = $1;

-- name: insert_delivery
-- A document for the receiver; ($8, $9) is its place in the queue.
insert into exchange_delivery (
    id, subscription, kind, made_at, run_at, events, problem, tx, event, covers_until, first_tx, next_try_at
) values ($1, $2, $3, $4, $5, $6, $7, $8::text::xid8, $9, $10, $11::text::xid8, $4);

-- name: first_waiting
-- What is to be sent next.
select id, kind, made_at, run_at, events, problem, covers_until, tries, next_try_at
from exchange_delivery where subscription = $1 and state = 'waiting' order by tx, event limit 1;

-- name: lock_delivery
-- One delivery that still waits.
select id, kind, made_at, run_at, events, covers_until, tries, tx::text::bigint as tx, event, next_try_at
from exchange_delivery where id = $1 and state = 'waiting' for update;

-- name: tell_problem
-- Instead of its events the receiver is told why they cannot be sent.
update exchange_delivery set kind = 'problem', problem = $2 where id = $1 and state = 'waiting';

-- name: finish_delivery
-- It is delivered, given up, split into two, or tried again.
update exchange_delivery
set state = $2, tries = tries + 1, next_try_at = $3, finished_at = $4, last_status = $5, last_said = $6, last_at = $7
where id = $1;

-- name: insert_attempt
-- One try.
insert into exchange_delivery_attempt (delivery, number, at, status, said, took_ms)
select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5 from exchange_delivery_attempt where delivery = $1;

-- name: deliveries
-- Deliveries of a subscription, newest first; null asks for those in any state.
select id, subscription, kind, made_at, run_at, cardinality(events) as events, state, tries, next_try_at, last_status,
    last_said, last_at, finished_at
from exchange_delivery
where subscription = $1 and ($2::text is null or state = $2) and ($3::uuid is null or id < $3)
order by id desc
limit $4;

-- name: delivery
-- One delivery.
select id, subscription, kind, made_at, run_at, cardinality(events) as events, state, tries, next_try_at, last_status,
    last_said, last_at, finished_at
from exchange_delivery where id = $1;

-- name: attempts
-- The tries of a delivery, in order.
select number, at, status, said, took_ms from exchange_delivery_attempt where delivery = $1 order by number;

-- name: send_again
-- Dead letters go back into the queue: the one, or all when null.
update exchange_delivery set state = 'waiting', tries = 0, next_try_at = $3, finished_at = null
where subscription = $1 and state = 'dead' and ($2::uuid is null or id = $2);

-- name: forget_delivered
-- What was delivered, or split, long ago; of runs that found nothing, sooner: there may be one each second.
delete from exchange_delivery
where state in ('delivered', 'split') and finished_at < $2 and (finished_at < $1 or kind = 'empty');

-- name: first_needed
-- The first transaction whose events are still needed: those not looked at yet, and those of documents not delivered.
select least(
    (select min(tx) from exchange_subscription),
    (select min(first_tx) from exchange_delivery where state in ('waiting', 'dead'))
)::text;

-- name: health
-- How many subscriptions are served, how many stand still by themselves, and how many dead letters there are.
select count(*) filter (where state = 'active') as active, count(*) filter (where state = 'suspended') as suspended,
    (select count(*) from exchange_delivery where state = 'dead') as dead
from exchange_subscription;
