-- exchange: a job tells how many faults there were beyond those it describes, and what became of master data.

alter table exchange_job
    add column error_count integer not null default 0,
    add column master_data jsonb not null default '{}';
update exchange_job set error_count = jsonb_array_length(errors);
