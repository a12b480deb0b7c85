-- name: next_value
-- The next word or place that events use, out of the index of its column.
select {column} from history_event where {column} > $1 order by {column} limit 1;

-- name: value_is_used
-- Whether an event uses a word or place.
select exists (select from history_event where {column} = $1);

-- name: things
-- A page of all things that events have named, by kind and serial.
select i.class, i.serial, c.scheme, c.key
from history_item i join history_class c on c.class = i.class
where (i.class, i.serial) > ($1, $2)
order by i.class, i.serial
limit $3;
