-- What the file says of itself, and what it takes to answer in milliseconds.
--
-- Nothing that could be read before has another name: `revisions` and
-- `articles.markdown` are still there and hold what they held. They take half
-- the room, because no text is kept twice.
--
-- Statements keep to what SQLite 3.37 understands (2021; strict tables need
-- it): a newer word in a view would close the whole file to older programs.

-- ── texts are kept once

create table versions (
    -- What revisions are made of. Read `revisions`, which has every text filled in.
    article_id   integer not null
                 references articles (id) on delete cascade,
    revision     integer not null,                -- from 1
    title        text    not null,                -- headline then
    text         text,                            -- text then; null for the current one: it is the article's
    recorded_at  text    not null,                -- when we saw it first
    reason       text    not null                 -- published: first version; edited: the publisher changed it; recleaned: our rules changed
                 check (reason in ('published', 'edited', 'recleaned')),
    extractor    text    not null,                -- version of the program that made it
    primary key (article_id, revision)
) strict, without rowid;

insert into versions (article_id, revision, title, text, recorded_at, reason, extractor)
select revisions.article_id, revisions.revision, revisions.title,
       iif(revisions.revision = articles.revision and revisions.text = articles.text, null, revisions.text),
       revisions.recorded_at, revisions.reason, revisions.extractor
from revisions join articles on articles.id = revisions.article_id;

drop table revisions;

create view revisions as
    -- Every version of every article, the current one included.
    select versions.article_id,                   -- the article
           versions.revision,                     -- from 1
           versions.title,                        -- headline then
           coalesce(versions.text, articles.text) as text, -- text then
           versions.recorded_at,                  -- when we saw it first
           versions.reason,                       -- published: first version; edited: the publisher changed it; recleaned: our rules changed
           versions.extractor                     -- version of the program that made it
    from versions join articles on articles.id = versions.article_id;

-- Markdown that says no more than the text is not kept beside it.
alter table articles rename column markdown to markdown_kept;
alter table articles add column markdown text /* text as Markdown; markdown_kept holds it where it is another than text */
    as (iif(markdown_kept = '', text, markdown_kept));
update articles set markdown_kept = '' where markdown_kept = text;

-- ── every address, every copy

create table addresses (
    -- Addresses under which an article appeared, besides its own.
    url         text    primary key,              -- canonical form
    article_id  integer not null                  -- the article
                references articles (id) on delete cascade,
    seen_at     text    not null                  -- when it was first met there
) strict, without rowid;

create index addresses_article on addresses (article_id);

insert or ignore into addresses (url, article_id, seen_at)
select entries.canonical_url, entries.article_id, entries.first_seen_at
from entries join articles on articles.id = entries.article_id
where entries.canonical_url is not null and entries.canonical_url <> articles.url;

create view article_addresses as
    -- Every address under which an article appeared, its own first.
    select id as article_id,                      -- the article
           url,                                   -- canonical form
           first_seen_at as seen_at               -- when it was first met there
    from articles
    union all
    select article_id, url, seen_at from addresses;

create table likenesses (
    -- Where near-duplicates are looked up: articles that share a key tell, in part, the same in
    -- the same words. May name articles that are gone, or whose text has changed since.
    key         integer not null,                 -- the least hash that one of several functions gives a run of words of text
    article_id  integer not null,                 -- an article whose text has that run of words
    primary key (key, article_id)
) strict, without rowid;

-- ── the questions that people ask

create index articles_host_published on articles (host, published_at, id);
drop index articles_host;
create index articles_site_published on articles (site_name collate nocase, published_at, id) where site_name is not null;
create index articles_language_published on articles (language, published_at, id);
create index revisions_edited on versions (recorded_at) where reason <> 'published';

-- ── a second look at young articles

alter table entries add column settled_at text /* last visit that settled it */;
alter table entries add column recheck_at text /* when its page is looked at again, to see whether it was edited; null: not any more */;
create index entries_recheck on entries (recheck_at) where recheck_at is not null;

-- ── full-text search

-- Made anew, because sqlite-utils and Datasette know the index of a table by content="…".
-- `order by rank` gives the best match first; a word in the headline counts as five in the text.
drop table articles_fts;
create virtual table articles_fts using fts5 (
    title, text,
    content="articles", content_rowid="id",
    tokenize='unicode61 remove_diacritics 2'
);
insert into articles_fts (articles_fts) values ('rebuild');
insert into articles_fts (articles_fts, rank) values ('rank', 'bm25(5.0, 1.0)');

-- ── full-text search where words are not parted by spaces

create view articles_segmented as
    -- Title and text of articles in Chinese, Japanese and Korean, a space around every character:
    -- what articles_fts_cjk is made of. Up to the first 50,000 characters of a text.
    select id,
           (with recursive
                piece (n, part, rest) as (
                    select 0, substr(articles.title, 1, 64), substr(articles.title, 65)
                    union all
                    select n + 1, substr(rest, 1, 64), substr(rest, 65) from piece where rest <> ''),
                place (i) as (select 1 union all select i + 1 from place where i < 64)
            select group_concat(iif(c glob '[⺀-鿿가-힣豈-﫿]', ' ' || c || ' ', c), '')
            from (select substr(part, i, 1) as c from piece cross join place
                  where i <= length(part) order by n, i)) as title,
           (with recursive
                piece (n, part, rest) as (
                    select 0, substr(articles.text, 1, 64), substr(articles.text, 65, 50000)
                    union all
                    select n + 1, substr(rest, 1, 64), substr(rest, 65) from piece where rest <> ''),
                place (i) as (select 1 union all select i + 1 from place where i < 64)
            select group_concat(iif(c glob '[⺀-鿿가-힣豈-﫿]', ' ' || c || ' ', c), '')
            from (select substr(part, i, 1) as c from piece cross join place
                  where i <= length(part) order by n, i)) as text
    from articles
    -- Half of the characters take three bytes or more; the costly look only then.
    where length(cast(text as blob)) > 2 * length(text) and text glob '*[⺀-鿿가-힣豈-﫿]*';

-- Full-text search of texts in Chinese, Japanese and Korean, character by character:
-- `select rowid from articles_fts_cjk where articles_fts_cjk match '"地 震"'`.
create virtual table articles_fts_cjk using fts5 (
    title, text,
    content="articles_segmented", content_rowid="id",
    tokenize='unicode61 remove_diacritics 2'
);

insert into articles_fts_cjk (articles_fts_cjk) values ('rebuild');
insert into articles_fts_cjk (articles_fts_cjk, rank) values ('rank', 'bm25(5.0, 1.0)');

create trigger articles_fts_cjk_insert after insert on articles
when length(cast(new.text as blob)) > 2 * length(new.text) begin
    insert into articles_fts_cjk (rowid, title, text)
    select id, title, text from articles_segmented where id = new.id;
end;

create trigger articles_fts_cjk_delete before delete on articles
when length(cast(old.text as blob)) > 2 * length(old.text) begin
    insert into articles_fts_cjk (articles_fts_cjk, rowid, title, text)
    select 'delete', id, title, text from articles_segmented where id = old.id;
end;

create trigger articles_fts_cjk_leave before update of title, text on articles
when length(cast(old.text as blob)) > 2 * length(old.text) begin
    insert into articles_fts_cjk (articles_fts_cjk, rowid, title, text)
    select 'delete', id, title, text from articles_segmented where id = old.id;
end;

create trigger articles_fts_cjk_update after update of title, text on articles
when length(cast(new.text as blob)) > 2 * length(new.text) begin
    insert into articles_fts_cjk (rowid, title, text)
    select id, title, text from articles_segmented where id = new.id;
end;

-- ── views for common joins

create view stories as
    -- Articles without those that are duplicates of others, and without the long texts.
    select id, url, host, title, authors, site_name, language, published_at, published_from,
           modified_at, summary, word_count, image_url, confidence, content, revision,
           first_seen_at, fetched_at
    from articles where duplicate_of is null;

create view pending_work as
    -- What waits to be fetched, by host: how much, and since when the first of it is due.
    select host,                                  -- politeness is per host
           count(*) as pending,                   -- entries that wait
           min(next_attempt_at) as due_at,        -- when the first of them may be tried
           max(attempts) as attempts              -- most attempts at one of them
    from entries where state = 'pending' group by host;

create view edits as
    -- Revisions that a publisher made, each with the text before it.
    select now.article_id,                        -- the article
           now.revision,                          -- the later of the two
           now.recorded_at,                       -- when we saw it first
           articles.url,                          -- canonical address
           articles.host,                         -- host of url
           before.title as title_before,          -- headline until then
           now.title as title_after,              -- headline since
           before.text as text_before,            -- text until then
           now.text as text_after                 -- text since
    from revisions as now
    join revisions as before
        on before.article_id = now.article_id and before.revision = now.revision - 1
    join articles on articles.id = now.article_id
    where now.reason = 'edited';
