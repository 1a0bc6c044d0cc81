-- What is followed, what it announced, and what came of it.
--
-- Times are UTC text of one shape, 2026-11-23T10:00:00Z: they sort and compare
-- as they stand, and SQLite's date functions read them. Lists are JSON arrays.
-- The names of tables and columns are a public interface: later migrations add,
-- they do not rename. The comments stand inside the statements so that they are
-- kept in `sqlite_schema`, where `.schema` and Datasette show them.

create table sources (
    -- A URL that is polled.
    id               integer primary key autoincrement, -- never used again after a removal
    url              text    not null unique,     -- address that is polled
    host             text    not null,            -- host of url (with a port that is not the usual one); politeness is per host
    kind             text    not null             -- feed; page: a section front; sitemap
                     check (kind in ('feed', 'page', 'sitemap')),
    title            text    not null default '', -- empty until known
    title_given      integer not null default 0   -- 1: a person named it; what the feed calls itself does not replace it
                     check (title_given in (0, 1)),
    site_url         text,                        -- web page that it belongs to
    language         text,                        -- BCP 47, lower case
    state            text    not null default 'active' -- paused: by a person; gone: the server said 410
                     check (state in ('active', 'paused', 'gone')),
    etag             text,                        -- validators of the last full answer,
    last_modified    text,                        --   sent back byte for byte,
    validators_url   text,                        --   to the address that gave them and no other
    next_poll_at     text    not null,            -- not polled before
    interval_seconds integer not null default 0   -- interval in force; 0 until the first poll
                     check (interval_seconds >= 0),
    polled_at        text,                        -- last poll, however it ended
    changed_at       text,                        -- last poll that brought something new
    failures         integer not null default 0   -- in a row
                     check (failures >= 0),
    last_error       text,                        -- why the last poll failed, for a person; null when it did not
    last_error_kind  text,                        -- the outcome word for it
    added_at         text    not null,            -- followed since
    opml             text                         -- folders and foreign attributes of an imported outline, JSON
                     check (opml is null or json_valid(opml))
) strict;

-- The daemon asks one question in a loop: what is due?
create index sources_due on sources (next_poll_at, host) where state = 'active';
create index sources_host on sources (host, next_poll_at) where state = 'active';

create table source_urls (
    -- Former addresses of sources: adding one of them again finds the source.
    url        text    primary key,               -- address it had
    source_id  integer not null                   -- the source that had it
               references sources (id) on delete cascade,
    left_at    text    not null                   -- when it moved away
) strict;

create index source_urls_source on source_urls (source_id);

create table hosts (
    -- Hosts that asked us to wait; a host without a row did not.
    host        text primary key,                 -- as in sources.host
    wait_until  text not null                     -- no request before this (Retry-After)
) strict;

create table articles (
    -- The cleaned result: one row for each address.
    id             integer primary key autoincrement, -- grows with time: for incremental export
    url            text    not null unique,       -- canonical address
    host           text    not null,              -- host of url
    title          text    not null,              -- headline, without the site's name; not part of text
    authors        text    not null default '[]'  -- names, JSON array
                   check (json_valid(authors)),
    site_name      text,                          -- name of the publication
    language       text,                          -- BCP 47, lower case
    published_at   text    not null,              -- first publication; midnight where only the day is known
    published_from text    not null,              -- where that was read: json_ld, meta, time, text, url, feed, first_seen
    modified_at    text,                          -- last change that the page states
    summary        text,                          -- standfirst that an editor wrote
    word_count     integer not null               -- words of text
                   check (word_count >= 0),
    image_url      text,                          -- lead image
    confidence     real    not null,              -- how sure the extractor is, 0 to 1
    content        text    not null               -- where text is from: the page, or the feed's own content
                   check (content in ('page', 'feed')),
    duplicate_of   integer                        -- first article that had the same text; null: this is the first
                   references articles (id) on delete set null,
    revision       integer not null default 1     -- current version, from 1
                   check (revision >= 1),
    extractor      text    not null,              -- version of the program that made it
    first_seen_at  text    not null,              -- when its entry was first seen
    fetched_at     text    not null,              -- when its page was last fetched
    text_hash      integer,                       -- XXH3 of text, white space folded; null for short texts
    text           text    not null,              -- the story: blocks separated by one blank line
    markdown       text    not null               -- the same as Markdown
) strict;

create index articles_published on articles (published_at, id);
create index articles_host on articles (host);
create index articles_duplicate_of on articles (duplicate_of) where duplicate_of is not null;
create index articles_text_hash on articles (text_hash) where text_hash is not null;

create table entries (
    -- Items that sources announced: the to-do list.
    id               integer primary key autoincrement,
    source_id        integer                      -- null: given by hand, or its source was removed
                     references sources (id) on delete set null,
    by_hand          integer not null default 0   -- 1: an address that a person gave
                     check (by_hand in (0, 1)),
    key              text    not null,            -- identity within the source: guid, else link, else title and time
    guid             text,                        -- the publisher's identifier
    url              text,                        -- where the article is; null: the feed carries it whole
    canonical_url    text,                        -- url in the form that addresses are compared in
    host             text    not null,            -- host of url, or of the source; politeness is per host
    title            text,                        -- headline that the source gave
    authors          text    not null default '[]' -- names that the source gave, JSON array
                     check (json_valid(authors)),
    published_at     text,                        -- publication that the source gave, UTC
    published_from   text,                        -- where that was read; feed for feeds
    published_stated text,                        -- the same with its own offset, or only a day
    updated_at       text,                        -- last change that the source gave
    summary          text,                        -- the source's summary, HTML as it came
    content          text,                        -- the source's content, HTML as it came; kept until settled
    fingerprint      integer not null default 0,  -- what the entry said; differs when the publisher edited it
    first_seen_at    text    not null,            -- first poll that showed it
    state            text    not null default 'pending' -- stored: see article_id; skipped: no article there; failed: tried often enough
                     check (state in ('pending', 'stored', 'skipped', 'failed')),
    attempts         integer not null default 0   -- since it last became pending
                     check (attempts >= 0),
    visits           integer not null default 0   -- times that an edit made it pending again
                     check (visits >= 0),
    next_attempt_at  text                         -- not tried before; null when settled
                     check (state <> 'pending' or next_attempt_at is not null),
    error_kind       text,                        -- outcome word of the last attempt where that failed
    error            text,                        -- the same, for a person
    article_id       integer                      -- its article
                     references articles (id) on delete set null,
    unique (source_id, key)
) strict;

-- Work is dealt out host by host, oldest first.
create index entries_pending on entries (host, next_attempt_at, id, state, source_id) where state = 'pending';
create index entries_due on entries (next_attempt_at, host, state) where state = 'pending';
create index entries_state on entries (state);
create index entries_canonical_url on entries (canonical_url) where canonical_url is not null;
create unique index entries_by_hand on entries (canonical_url) where by_hand = 1;
create index entries_article on entries (article_id, source_id) where article_id is not null;
create index entries_source_article on entries (source_id, article_id) where article_id is not null;

create table removals (
    -- Residue that stood inside the article's container and was taken out.
    id          integer primary key,
    article_id  integer not null                  -- where it was taken from
                references articles (id) on delete cascade,
    position    integer not null,                 -- index of the story block before which it stood, from 0
    kind        text    not null,                 -- what it is: photo_credit, comment_prompt, …
    rule        text    not null,                 -- name of the rule that said so
    text        text    not null                  -- what it said
) strict;

create index removals_article on removals (article_id, position);

create table images (
    -- Pictures of articles, in the order of the page.
    article_id  integer not null
                references articles (id) on delete cascade,
    position    integer not null,                 -- from 0
    url         text    not null,                 -- absolute address
    alt         text,                             -- text for those who cannot see it
    caption     text,                             -- what it shows
    credit      text,                             -- who took or owns it
    primary key (article_id, position)
) strict;

create table revisions (
    -- Every version of every article, the current one included.
    article_id   integer not null
                 references articles (id) on delete cascade,
    revision     integer not null,                -- from 1
    title        text    not null,                -- headline then
    text         text    not null,                -- text then
    recorded_at  text    not null,                -- when we saw it first
    reason       text    not null                 -- published: first version; edited: the publisher changed it; recleaned: our rules changed
                 check (reason in ('published', 'edited', 'recleaned')),
    extractor    text    not null,                -- version of the program that made it
    primary key (article_id, revision)
) strict;

create table pages (
    -- The documents that articles were made from, so that they can be made again.
    article_id    integer primary key
                  references articles (id) on delete cascade,
    url           text    not null,               -- where it was found, after redirects
    fetched_at    text    not null,
    status        integer not null,               -- HTTP status
    content_type  text,                           -- the header, as sent
    encoding      text    not null default 'zstd' -- how html is packed
                  check (encoding in ('zstd')),
    html_bytes    integer not null,               -- size of html when unpacked
    html          blob    not null                -- the bytes as served, packed
) strict;

create table fetches (
    -- One row for each attempt: a poll of a source, or a fetch of an entry's page. Old rows are dropped.
    id           integer primary key,
    url          text    not null,                -- address asked for
    source_id    integer,                         -- may name a source that was removed since
    entry_id     integer,                         -- null: a poll
    article_id   integer,                         -- the article that it brought or confirmed
    started_at   text    not null,
    duration_ms  integer not null,                -- network and cleaning together
    status       integer,                         -- HTTP status; null where there was no answer
    bytes        integer not null,                -- on the wire
    outcome      text    not null,                -- how it ended: one word, README lists them
    error_kind   text,                            -- the word for what failed; also where the feed's content stood in for the page
    error        text,                            -- the same, for a person
    warnings     text    not null default '[]'    -- flaws met on the way, JSON array of `kind: detail`
                 check (json_valid(warnings))
) strict;

create index fetches_started on fetches (started_at, outcome);
create index fetches_source on fetches (source_id, started_at);

-- Full-text search: `select rowid from articles_fts where articles_fts match 'storm'`.
-- It keeps no text of its own; the triggers below hold it in step with articles.
create virtual table articles_fts using fts5 (
    title, text,
    content = 'articles', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2'
);

create trigger articles_fts_insert after insert on articles begin
    insert into articles_fts (rowid, title, text) values (new.id, new.title, new.text);
end;

create trigger articles_fts_delete after delete on articles begin
    insert into articles_fts (articles_fts, rowid, title, text)
    values ('delete', old.id, old.title, old.text);
end;

create trigger articles_fts_update after update of title, text on articles
when old.title is not new.title or old.text is not new.text begin
    insert into articles_fts (articles_fts, rowid, title, text)
    values ('delete', old.id, old.title, old.text);
    insert into articles_fts (rowid, title, text) values (new.id, new.title, new.text);
end;

create view articles_with_source as
    -- One row for each article and source that carried it; source columns are
    -- null where the source was removed or the address was given by hand.
    select articles.id, articles.url, articles.title, articles.site_name, articles.language,
           articles.published_at, articles.word_count, articles.duplicate_of,
           sources.id as source_id, sources.title as source_title, sources.url as source_url
    from articles
    left join (select distinct article_id, source_id from entries where article_id is not null) as carried
        on carried.article_id = articles.id
    left join sources on sources.id = carried.source_id;

create view source_health as
    -- How each source fares: is it polled, does it fail, what did it bring.
    select sources.id, sources.url, sources.title, sources.state, sources.polled_at,
           sources.changed_at, sources.next_poll_at, sources.failures,
           sources.last_error_kind, sources.last_error,
           (select count(distinct article_id) from entries
            where entries.source_id = sources.id and article_id is not null) as articles,
           (select count(*) from entries
            where entries.source_id = sources.id and entries.state = 'pending') as pending
    from sources;

create view removals_by_site as
    -- What is taken out where, and by which rule: where to look for a rule that takes too much.
    select articles.host, removals.kind, removals.rule,
           count(*) as removals, count(distinct removals.article_id) as articles
    from removals join articles on articles.id = removals.article_id
    group by articles.host, removals.kind, removals.rule;
