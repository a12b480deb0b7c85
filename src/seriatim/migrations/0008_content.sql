-- content: what the brand says of its products, in each language. Plain text, escaped wherever it is shown.

create table content_text (
    gtin text collate "C" not null check (gtin ~ '^[0-9]{14}$'),
    language text collate "C" not null check (language ~ '^[a-z]{2}(-[A-Z]{2})?$'),
    headline text not null,
    description text not null,
    instructions text not null,
    recycle text not null,
    look_for text not null,
    saved_by text not null,
    saved_at timestamptz not null,
    primary key (gtin, language)
);

create table content_story_step (
    gtin text collate "C" not null,
    language text collate "C" not null,
    position integer not null,
    place text not null,
    title text not null,
    text text not null,
    date_text text not null,
    primary key (gtin, language, position),
    foreign key (gtin, language) references content_text (gtin, language) on delete cascade
);
