-- Label templates. A version stays as it was saved, so that what was printed can be traced to the very design; to undo
-- a change is to save an older version again.

create table line_label_template (
    name text collate "C" not null check (name ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
    version integer not null check (version > 0),
    source text not null check (length(source) between 1 and 60000),
    sha256 text collate "C" not null check (sha256 ~ '^[0-9a-f]{64}$'),
    note text not null default '' check (length(note) <= 200),
    saved_by text not null check (saved_by <> ''),
    saved_at timestamptz not null,
    primary key (name, version)
);

create function line_label_template_only_grows() returns trigger language plpgsql as $$
begin
    raise exception 'a version of a label template stays as it is' using errcode = 'restrict_violation';
end $$;
create trigger line_label_template_only_grows before update or delete or truncate on line_label_template
    for each statement execute function line_label_template_only_grows();

-- Which design was printed; empty for what was printed before designs were kept.
alter table line_print_job add column template_name text collate "C" not null default '';
alter table line_print_job add column template_version integer not null default 0 check (template_version >= 0);
alter table line_print_job add column template_sha256 text collate "C" not null default '';
