-- name: insert_order
-- A new order; no row when the number is taken.
insert into line_order (number, gtin, lot, expiry, produced_on, quantity, line, plant, market, units_per_case,
                        cases_per_pallet, state, created_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'planned', $12)
on conflict (number) do nothing
returning number;

-- name: order
-- One order by its number.
select * from line_order where number = $1;

-- name: orders
-- Orders, newest first, after a (created_at, number).
select * from line_order
where $1::timestamptz is null or (created_at, number) < ($1, $2)
order by created_at desc, number desc
limit $3;

-- name: begin_order
-- The order starts; a second start changes nothing.
update line_order set state = 'running', started_at = $2 where number = $1 and state = 'planned' returning number;

-- name: advance_order
-- The order's next state, from the one before.
update line_order
set state = $3, closed_at = case when $3 = 'closed' then $4::timestamptz end
where number = $1 and state = $2
returning number;

-- name: insert_print_job
-- The document that went to the printer, kept as it was sent.
insert into line_print_job (id, order_number, media_type, labels, document, created_at, template_name, template_version,
                            template_sha256)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: print_jobs
-- What was printed for an order, without the documents.
select id, order_number, media_type, labels, length(document) as bytes, created_at, template_name, template_version,
    template_sha256
from line_print_job where order_number = $1 order by created_at;

-- name: print_job
-- One print job with its document.
select media_type, document, order_number, labels from line_print_job where id = $1;

-- name: insert_serials
-- Serials on their way to the printer.
insert into line_serial (serial, order_number, print_index, round, state)
select serial, $2, $3 + position - 1, $4, 'sent' from unnest($1::text[]) with ordinality as sent (serial, position);

-- name: set_serial_states
-- What became of these serials.
update line_serial as kept set state = news.state
from (select unnest($2::text[]) as serial, unnest($3::text[]) as state) as news
where kept.serial = news.serial and kept.order_number = $1;

-- name: serial_state
-- What became of one label of an order; locked, so that two who would print it again come one after the other.
select state from line_serial where order_number = $1 and serial = $2 for update;

-- name: labels_printed
-- How many labels were sent for an order; the index of the next one.
select coalesce(max(print_index) + 1, 0)::integer from line_serial where order_number = $1;

-- name: insert_inspections
-- What the camera saw, one row a trigger; a repeated trigger changes nothing.
insert into line_inspection
select * from jsonb_populate_recordset(null::line_inspection, $1::jsonb)
on conflict (expected_serial, order_number, trigger_no) do nothing;

-- name: insert_frames
-- The pictures that are kept.
insert into line_frame (expected_serial, order_number, trigger_no, jpeg)
select serial, $1, trigger_no, jpeg
from unnest($2::text[], $3::integer[], $4::bytea[]) as kept (serial, trigger_no, jpeg)
on conflict (expected_serial, order_number, trigger_no) do nothing;

-- name: inspections
-- What the camera saw of an order, newest first, before a trigger.
select * from line_inspection
where order_number = $1 and trigger_no < coalesce($2, 2147483647) and (not $3 or not passed)
order by trigger_no desc
limit $4;

-- name: inspections_from
-- What the camera saw of an order, oldest first, from a trigger on: the monitor replays it.
select i.*, f.trigger_no is not null as has_frame
from line_inspection as i
left join line_frame as f using (expected_serial, order_number, trigger_no)
where i.order_number = $1 and i.trigger_no >= $2
order by i.trigger_no
limit $3;

-- name: inspections_of_serial
-- What the camera saw of one unit.
select * from line_inspection where expected_serial = $1 order by trigger_no;

-- name: frame
-- One kept picture.
select jpeg from line_frame where order_number = $1 and trigger_no = $2;

-- name: insert_cases
-- Closed cases and the pallets they stand on.
insert into line_case (sscc, order_number, pallet_sscc, units, packed_at)
select sscc, $1, pallet, units, $5
from unnest($2::text[], $3::text[], $4::integer[]) as packed (sscc, pallet, units);

-- name: cases
-- The cases of an order.
select sscc, pallet_sscc, units, packed_at from line_case where order_number = $1 order by sscc;

-- name: counts
-- The ledger of an order in one row.
select
    count(*)::integer as triggers,
    count(*) filter (where passed)::integer as passed,
    count(*) filter (where not passed)::integer as rejected,
    count(*) filter (where round > 0)::integer as reworked,
    count(*) filter (where passed and round = 0)::integer as first_pass,
    (select count(*)::integer from line_serial where order_number = $1 and state = 'commissioned') as commissioned,
    (select count(*)::integer from line_case where order_number = $1) as cases,
    (select count(distinct pallet_sscc)::integer from line_case where order_number = $1) as pallets
from line_inspection where order_number = $1;

-- name: reasons
-- Rejects of an order by reason.
select reason, count(*)::integer as units from line_inspection
where order_number = $1 and not passed group by reason order by units desc, reason;

-- name: letters
-- Grades of an order, counted.
select letter, count(*)::integer as units from line_inspection
where order_number = $1 and letter <> '' group by letter order by letter;

-- name: lines
-- Each line with its newest order that was started.
select distinct on (line) * from line_order where started_at is not null order by line, started_at desc;
