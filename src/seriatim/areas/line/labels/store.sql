-- name: insert_version
-- The next version of a template; no row when another one took the number just now.
insert into line_label_template (name, version, source, sha256, note, saved_by, saved_at)
select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6 from line_label_template where name = $1
on conflict do nothing
returning *;

-- name: version
-- One version of a template; the newest when none is asked for.
select * from line_label_template where name = $1 and ($2::integer is null or version = $2)
order by version desc limit 1;

-- name: same
-- The newest version with this very text.
select * from line_label_template where name = $1 and sha256 = $2 order by version desc limit 1;

-- name: versions
-- The versions of a template, newest first.
select * from line_label_template where name = $1 order by version desc limit $2;

-- name: templates
-- Every template with its newest version, and when something was last printed with it.
select distinct on (t.name) t.name, t.version, t.saved_by, t.saved_at, t.source,
    (select max(j.created_at) from line_print_job as j where j.template_name = t.name) as printed_at
from line_label_template as t
order by t.name, t.version desc;
