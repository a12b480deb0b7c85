-- name: same_party
-- Everybody who speaks for the party of this caller, it included; none when it speaks for nobody.
select s.caller, s.party_gln from history_partner s
where s.party_gln = (select party_gln from history_partner where caller = $1);

-- name: speakers
-- Who speaks for whom.
select caller, party_gln from history_partner order by party_gln, caller;

-- name: let_speak
-- A caller speaks for a party.
insert into history_partner (caller, party_gln, since) values ($1, $2, $3)
on conflict (caller) do update set party_gln = excluded.party_gln, since = excluded.since;

-- name: silence
-- It does not any more.
delete from history_partner where caller = $1 returning caller;
