-- history: a thing and all that it stands in, in one answer instead of one for each level.
-- Each step names one class and one serial, so that on a cluster it goes to one shard; a recursive query could not.

-- The thing first, its root last. Behind a thing that has left its parent with everything else in it stands that parent,
-- and nothing more. `depth` bounds the steps above the thing.
create function history_chain(asked_scheme text, asked_key text, asked_serial text, depth integer)
returns table (
    scheme text, key text, class integer, serial text, parent_class integer, parent_serial text, parent_event bigint,
    has_left boolean, born_event bigint, ended text, ended_event bigint, custody text, custody_event bigint,
    status text, place text, place_event bigint, emptied_event bigint, emptied_place text
) language plpgsql stable as $$
#variable_conflict use_column
declare
    number integer;
    name text := asked_serial;
    is_left boolean := false;
begin
    select c.class into number from history_class c where c.scheme = asked_scheme and c.key = asked_key;
    for step in 0..depth loop
        select c.scheme, c.key, i.class, i.serial, i.parent_class, i.parent_serial, i.parent_event, i.has_left,
            i.born_event, i.ended, i.ended_event, i.custody, i.custody_event, i.status, i.place, i.place_event,
            i.emptied_event, i.emptied_place
        into scheme, key, class, serial, parent_class, parent_serial, parent_event, has_left,
            born_event, ended, ended_event, custody, custody_event, status, place, place_event,
            emptied_event, emptied_place
        from history_item i join history_class c on c.class = i.class
        where i.class = number and i.serial = name;
        exit when not found;
        return next;
        exit when is_left or parent_serial is null;
        number := parent_class;
        name := parent_serial;
        is_left := has_left;
    end loop;
end $$;
