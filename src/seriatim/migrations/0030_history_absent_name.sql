-- history: absent events keep their eventID apart, and only where it is not the hash of what they say.

alter table history_absent_event add column event_id text;
update history_absent_event set event_id = nullif(
    convert_from(rest, 'UTF8')::jsonb ->> 'eventID',
    'ni:///sha-256;' || encode(strict_hash, 'hex') || '?ver=CBV2.0'
);
