-- history: the page of an event asks what it contradicts.
create index history_finding_of_event on history_finding (event) where resolved_at is null;
