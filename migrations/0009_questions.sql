-- Questions that people ask without our help find their index.

create index articles_site_name_published on articles (site_name, published_at, id) where site_name is not null;
drop index revisions_edited;
create index revisions_edited on versions (recorded_at) where reason = 'edited';
-- An entry whose guid and link were made up anew is known by its headline and time.
create index entries_published on entries (source_id, published_at) where published_at is not null;

-- No list of all that was announced is made on the way: the articles of one source are read from its
-- entries, the newest of all from their dates.
drop view articles_with_source;
create view articles_with_source as
    -- One row for each article and source that carried it; source columns are
    -- null where the source was removed or the address was given by hand.
    select articles.id, articles.url, articles.title, articles.site_name, articles.language,
           articles.published_at, articles.word_count, articles.duplicate_of,
           carried.source_id as source_id, sources.title as source_title, sources.url as source_url
    from articles
    left join entries as carried on carried.article_id = articles.id
        and not exists (select 1 from entries as earlier
                        where earlier.article_id = carried.article_id
                          and earlier.source_id is carried.source_id and earlier.id < carried.id)
    left join sources on sources.id = carried.source_id;

-- ── texts in Chinese, Japanese and Korean with much Latin in them

drop trigger articles_fts_cjk_insert;
drop trigger articles_fts_cjk_delete;
drop trigger articles_fts_cjk_leave;
drop trigger articles_fts_cjk_update;

drop view articles_segmented;
create view articles_segmented as
    -- Title and text of articles that are in Chinese, Japanese or Korean, or have a title in them, a
    -- space around every character: what articles_fts_cjk is made of. Up to the first 50,000
    -- characters of a text.
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
    -- A thirteenth of the characters or more take three bytes; the costly look only then.
    where title glob '*[⺀-鿿가-힣豈-﫿]*'
       or 20 * length(cast(text as blob)) > 23 * length(text) and text glob '*[⺀-鿿가-힣豈-﫿]*';

create trigger articles_fts_cjk_insert after insert on articles
when (20 * length(cast(new.text as blob)) > 23 * length(new.text) or new.title glob '*[⺀-鿿가-힣豈-﫿]*')
     and not exists (select 1 from unindexed) begin
    insert into articles_fts_cjk (rowid, title, text)
    select id, title, text from articles_segmented where id = new.id;
end;

create trigger articles_fts_cjk_delete before delete on articles
when (20 * length(cast(old.text as blob)) > 23 * length(old.text) or old.title glob '*[⺀-鿿가-힣豈-﫿]*')
     and not exists (select 1 from unindexed where article_id = old.id) begin
    insert into articles_fts_cjk (articles_fts_cjk, rowid, title, text)
    select 'delete', id, title, text from articles_segmented where id = old.id;
end;

create trigger articles_fts_cjk_leave before update of title, text on articles
when (20 * length(cast(old.text as blob)) > 23 * length(old.text) or old.title glob '*[⺀-鿿가-힣豈-﫿]*')
     and not exists (select 1 from unindexed where article_id = old.id) begin
    insert into articles_fts_cjk (articles_fts_cjk, rowid, title, text)
    select 'delete', id, title, text from articles_segmented where id = old.id;
end;

create trigger articles_fts_cjk_update after update of title, text on articles
when (20 * length(cast(new.text as blob)) > 23 * length(new.text) or new.title glob '*[⺀-鿿가-힣豈-﫿]*')
     and not exists (select 1 from unindexed where article_id = old.id) begin
    insert into articles_fts_cjk (rowid, title, text)
    select id, title, text from articles_segmented where id = new.id;
end;

-- Those that are there already stay as they are; those that are gathered come with the others.
insert into articles_fts_cjk (rowid, title, text)
select id, title, text from articles_segmented
where id not in (select id from articles_fts_cjk_docsize)
  and id not in (select article_id from unindexed);
