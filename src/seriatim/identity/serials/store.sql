-- name: add_policies
-- The first generation of serials for each of these products that has none.
insert into identity_serial_policy (gtin, alphabet, length, prefix, below, capacity)
select unnest($1::text[]), $2, $3, $4, $5, $6
on conflict do nothing;

-- name: hold
-- Makes everybody else who takes serials of a product, or changes where they come from, wait for this transaction.
select from identity_serial_policy where gtin = $1 and generation = 0 for no key update;

-- name: generations
-- All generations of a product, the first one first.
select gtin, generation, source, alphabet, length, prefix, below, capacity, issued, issued_before, reason, begun_at,
       rotated_at
from identity_serial_policy where gtin = $1 order by generation;

-- name: generations_of_some
-- All generations of some products in the order of their GTINs, after one of them.
select gtin, generation, source, alphabet, length, prefix, below, capacity, issued, issued_before, reason, begun_at,
       rotated_at
from identity_serial_policy
where gtin in (
    select gtin from identity_serial_policy where gtin > $1 and generation = 0 order by gtin limit $2)
order by gtin, generation;

-- name: change_form
-- Another form for a generation; no row once one of its serials has been issued.
update identity_serial_policy set alphabet = $3, length = $4, prefix = $5, below = $6, capacity = $7
where gtin = $1 and generation = $2 and issued = 0 and rotated_at is null and source = 'keyed'
returning gtin;

-- name: advance
-- So many counters of a generation are gone.
update identity_serial_policy set issued = $3 where gtin = $1 and generation = $2;

-- name: end_generation
-- The generation issues no more.
update identity_serial_policy set rotated_at = $3 where gtin = $1 and generation = $2;

-- name: begin_generation
-- The generation that issues from now on.
insert into identity_serial_policy (gtin, generation, source, alphabet, length, prefix, below, capacity, issued_before,
                                    reason, begun_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: lists
-- Number lists of a generation, in the order in which they are used.
select id::text, gtin, generation, first, past, issuer, expires_at, imported_at
from identity_number_list where gtin = $1 and generation = $2 order by first;

-- name: lists_of_product
-- All number lists of a product with how far their generation has come, newest first.
select list.id::text, list.gtin, list.generation, first, past, issuer, expires_at, imported_at, issued,
       rotated_at is not null as is_over
from identity_number_list as list
join identity_serial_policy as policy using (gtin, generation)
where gtin = $1 order by list.generation desc, first desc;

-- name: add_list
-- A number list at the end of its generation.
insert into identity_number_list (id, gtin, generation, first, past, issuer, expires_at, imported_at)
values ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: add_numbers
-- What was staged, in the order of its lines, from a position on.
insert into identity_listed_number (gtin, serial, generation, position)
select $1, serial, $2, $3 + row_number() over (order by line) - 1 from staging_number;

-- name: grow
-- So many numbers more are in the lists of a generation.
update identity_serial_policy set capacity = capacity + $3 where gtin = $1 and generation = $2;

-- name: staged_twice
-- Lines of the staged file whose number stands on an earlier line, the first ones, and how many there are.
select line, serial, count(*) over () as times
from (select line, serial, min(line) over (partition by serial) as first_line from staging_number) as staged
where line > first_line order by line limit $1;

-- name: staged_before
-- Lines of the staged file whose number was imported earlier, the first ones, and how many there are.
select line, serial, count(*) over () as times
from staging_number join identity_listed_number using (serial)
where gtin = $1 order by line limit $2;

-- name: listed_among
-- Which of these serials stand in a number list of the product.
select serial from identity_listed_number where gtin = $1 and serial = any($2::text[]);

-- name: numbers
-- Numbers from outside at the positions of a range, in order.
select position, serial from identity_listed_number
where gtin = $1 and generation = $2 and position >= $3 and position < $4 order by position;

-- name: take_time
-- How long a statement of this transaction may take, in milliseconds.
select set_config('statement_timeout', $1, true);
