-- What feeds ask for, where sources are moving to, and what entries carry along.
--
-- The comments stand in brackets: SQLite glues an added column to the statement
-- that made its table, where a comment to the end of a line would hide the rest.

alter table sources add column ttl_seconds integer /* the feed asks not to be polled again before (ttl, sy:updatePeriod) */
    check (ttl_seconds > 0);
alter table sources add column skip_hours text not null default '[]' /* hours (UTC) in which the feed asks not to be polled, JSON array of numbers */
    check (json_valid(skip_hours));
alter table sources add column skip_days text not null default '[]' /* days on which it asks the same, JSON array of English names */
    check (json_valid(skip_days));
alter table sources add column answered_at text /* last full answer; validators much older than this are not sent */;
alter table sources add column moving_to text /* where permanent redirects lead; becomes url once they have for days */;
alter table sources add column moving_since text /* first answer that came from there */;
alter table sources add column links_selector text /* of a page: where its articles' links stand, as CSS; null: found by structure */;
alter table entries add column enclosures text not null default '[]' /* files that it carries: JSON array of {url, type, bytes} */
    check (json_valid(enclosures));

-- A publisher who gives old stories new names is found out by what they say.
create index entries_said on entries (source_id, fingerprint);

-- Validators come from full answers; when exactly, nobody noted.
update sources set answered_at = polled_at where etag is not null or last_modified is not null;
