-- An article that comes in changes fewer pages of the file.

-- ── keys of likeness

-- Each of an article's keys falls on a page of its own, which in a large file holds nothing else of the
-- same transaction. The keys of new articles wait in a small table until many of them belong to one page.

create table recent_likenesses (
    -- Keys of the newest articles, as in likenesses, where they go after a while: near-duplicates are
    -- looked up in both.
    key         integer not null,                 -- as in likenesses
    article_id  integer not null,                 -- as in likenesses
    primary key (key, article_id)
) strict, without rowid;

create table likenesses_moved (
    -- Which keys went from recent_likenesses to likenesses last. One row.
    after_key  integer not null,                  -- those above this
    last_key   integer not null                   -- up to this; the next to go are those above it
) strict;

insert into likenesses_moved (after_key, last_key)
values (-9223372036854775808, -9223372036854775808);

-- With every 1,024 articles the next sixteenth of the keys goes, in their order and around again, so that
-- each page of likenesses changes once in some 32,000 articles.
create trigger likenesses_move after insert on articles when new.id % 1024 = 0 begin
    update likenesses_moved set
        after_key = last_key,
        last_key = coalesce(
            (select max(key) from
                (select key from recent_likenesses where key > last_key order by key
                 limit (select count(*) / 16 from recent_likenesses))),
            -9223372036854775808);
    insert or ignore into likenesses (key, article_id)
    select key, article_id from likenesses_moved cross join recent_likenesses
    where key > after_key and key <= last_key;
    delete from recent_likenesses
    where key > (select after_key from likenesses_moved)
      and key <= (select last_key from likenesses_moved);
end;

-- ── entries given by hand

-- One index does what two did: an address may be announced by many, and is given by hand once. In
-- `unique (source_id, key)` such entries stand in the order in which they came: they have no source, and
-- an empty key from now on.
drop index entries_by_hand;
drop index entries_canonical_url;
create unique index entries_canonical_url on entries (canonical_url, iif(by_hand, 0, id))
    where canonical_url is not null;

-- ── full-text search

-- Twice as many pieces are put together at a time: each article is written again once or twice until
-- there are a million, not two or three times.
insert into articles_fts (articles_fts, rank) values ('automerge', 32);
insert into articles_fts_cjk (articles_fts_cjk, rank) values ('automerge', 32);
