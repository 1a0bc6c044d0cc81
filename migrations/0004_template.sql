-- What repeats across the pages of a site, and what recleaning put away.
--
-- The counts follow from `article_blocks`, whoever writes to the file: triggers
-- keep them, as they keep the search index. Articles of older files are counted
-- when they are fetched or made again (`tearsheet reclean`).

create table sites (
    -- Sites whose articles are compared.
    id        integer primary key,
    name      text    not null unique,            -- registrable domain of their pages' address; the host where there is none
    articles  integer not null default 0          -- articles that count; duplicates of others do not
) strict;

create table site_blocks (
    -- In how many articles of a site a block of text stands; what stands in several is `template`.
    site_id      integer not null,                -- the site, in sites
    fingerprint  integer not null,                -- 48 bits of the XXH3 of its letters and digits, in lower case
    articles     integer not null,                -- different articles that have it; fetches and revisions of one article count once
    primary key (site_id, fingerprint)
) strict, without rowid;

-- The few that repeat, those that do so most first.
create index site_blocks_repeated on site_blocks (site_id, articles) where articles >= 3;

create table article_blocks (
    -- What each article counts for: the blocks of its page that would be story if nothing were known of the site.
    article_id    integer primary key
                  references articles (id) on delete cascade,
    site_id       integer not null                -- site of its page
                  references sites (id),
    counted       integer not null                -- 0: a duplicate of another article; its blocks are that article's
                  check (counted in (0, 1)),
    fingerprints  text    not null                -- JSON array of numbers, each once
                  check (json_valid(fingerprints)),
    extractor     text    not null                -- version of the program that read the page
) strict;

create trigger article_blocks_insert after insert on article_blocks when new.counted begin
    update sites set articles = articles + 1 where id = new.site_id;
    insert into site_blocks (site_id, fingerprint, articles)
    select new.site_id, value, 1 from json_each(new.fingerprints) where true
    on conflict (site_id, fingerprint) do update set articles = articles + 1;
end;

create trigger article_blocks_delete after delete on article_blocks when old.counted begin
    update sites set articles = articles - 1 where id = old.site_id;
    update site_blocks set articles = articles - 1
    where site_id = old.site_id and fingerprint in (select value from json_each(old.fingerprints));
    delete from site_blocks
    where site_id = old.site_id and fingerprint in (select value from json_each(old.fingerprints))
      and articles < 1;
end;

create trigger article_blocks_update after update of site_id, counted, fingerprints on article_blocks
when old.site_id <> new.site_id or old.counted <> new.counted
     or old.fingerprints <> new.fingerprints begin
    update sites set articles = articles - 1 where old.counted and id = old.site_id;
    update site_blocks set articles = articles - 1
    where old.counted and site_id = old.site_id
      and fingerprint in (select value from json_each(old.fingerprints));
    update sites set articles = articles + 1 where new.counted and id = new.site_id;
    insert into site_blocks (site_id, fingerprint, articles)
    select new.site_id, value, 1 from json_each(new.fingerprints) where new.counted
    on conflict (site_id, fingerprint) do update set articles = articles + 1;
    delete from site_blocks
    where site_id = old.site_id and fingerprint in (select value from json_each(old.fingerprints))
      and articles < 1;
end;

-- Also where a program deletes that does not heed foreign keys.
create trigger articles_blocks_delete after delete on articles begin
    delete from article_blocks where article_id = old.id;
end;

create trigger articles_blocks_twin after update of duplicate_of on articles
when (old.duplicate_of is null) <> (new.duplicate_of is null) begin
    update article_blocks set counted = new.duplicate_of is null where article_id = new.id;
end;

create table kept_versions (
    -- What was stored besides the text of a version that recleaning took the place of, to put it back.
    article_id  integer not null,                 -- the article
    revision    integer not null,                 -- the version that was current until then
    kept        text    not null                  -- columns of articles, removals and images, JSON
                check (json_valid(kept)),
    primary key (article_id, revision),
    foreign key (article_id, revision) references versions (article_id, revision) on delete cascade
) strict, without rowid;

create view template_blocks as
    -- Blocks that are `template`: what stands in at least three articles of a site and in a fiftieth of them.
    select sites.name as site,                    -- the site
           site_blocks.fingerprint,               -- of the block
           site_blocks.articles,                  -- articles that have it
           sites.articles as of_articles          -- articles of the site that count
    from sites join site_blocks indexed by site_blocks_repeated on site_blocks.site_id = sites.id
    where site_blocks.articles >= 3 and site_blocks.articles * 50 >= sites.articles;
