-- name: seen
-- The rule of `Sight`, for an event `e`: told by one of these callers, or naming one of these places or parties.
e.captured_by = any({callers})
    or e.read_point = any({places})
    or e.biz_location = any({places})
    or e.id = any(array(select t.event from history_event_term t where t.term = any({terms})));

-- name: seen_by_id
-- The same for an event of which only the id is at hand, as `i.id`.
exists (select from history_event e where e.id = i.id and {seen});
