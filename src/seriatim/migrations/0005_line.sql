-- The packaging line: orders, print jobs, what the camera saw of each unit.

create table line_order (
    number text collate "C" primary key check (length(number) between 1 and 64),
    gtin text not null check (gtin ~ '^[0-9]{14}$'),
    lot text not null check (length(lot) between 1 and 20),
    expiry date not null,
    produced_on date not null check (produced_on < expiry),
    quantity integer not null check (quantity > 0),
    line text not null,
    plant text not null check (plant ~ '^[0-9]{13}$'),
    market text not null default '',
    units_per_case integer not null check (units_per_case > 0),
    cases_per_pallet integer not null check (cases_per_pallet > 0),
    state text not null default 'planned' check (state in ('planned', 'running', 'packing', 'closed')),
    created_at timestamptz not null,
    started_at timestamptz,
    closed_at timestamptz,
    check ((state = 'closed') = (closed_at is not null))
);
create index line_order_newest on line_order (created_at desc, number);

create table line_print_job (
    id uuid primary key,
    order_number text not null references line_order,
    media_type text not null,
    labels integer not null check (labels > 0),
    document bytea not null,
    created_at timestamptz not null
);
create index line_print_job_order on line_print_job (order_number, created_at);

-- One row for each serial that went to the printer; a serial that was printed is burnt, whatever became of it.
create table line_serial (
    serial text collate "C" not null,
    order_number text collate "C" not null,
    print_index integer not null,
    round integer not null default 0,
    state text not null check (state in ('sent', 'printed', 'verified', 'commissioned', 'rejected', 'destroyed', 'void')),
    primary key (serial, order_number)
);
create index line_serial_order on line_serial (order_number, print_index);

-- One row for each trigger of the camera. `expected_serial` is the serial printed for that trigger.
create table line_inspection (
    expected_serial text collate "C" not null,
    order_number text collate "C" not null,
    trigger_no integer not null,
    round integer not null default 0,
    serial text collate "C",
    passed boolean not null,
    reason text,
    also text[] not null default '{}',
    explanation text not null default '',
    read_text text not null default '',
    symbology_id text not null default '',
    letter text not null default '',
    grade real,
    contrast real,
    unused_error_correction real,
    milliseconds real not null default 0,
    corners jsonb not null default '[]',
    inspected_at timestamptz not null,
    primary key (expected_serial, order_number, trigger_no),
    check (passed = (reason is null)),
    check (not passed or serial is not null)
);
create index line_inspection_order on line_inspection (order_number, trigger_no);

-- The pictures worth keeping: every reject, and one good unit in so many.
create table line_frame (
    expected_serial text collate "C" not null,
    order_number text collate "C" not null,
    trigger_no integer not null,
    jpeg bytea not null,
    primary key (expected_serial, order_number, trigger_no)
);
create index line_frame_order on line_frame (order_number, trigger_no);

create table line_case (
    sscc text collate "C" primary key check (sscc ~ '^[0-9]{18}$'),
    order_number text not null,
    pallet_sscc text check (pallet_sscc ~ '^[0-9]{18}$'),
    units integer not null check (units > 0),
    packed_at timestamptz not null
);
create index line_case_order on line_case (order_number, sscc);
