-- Articles come in faster and take less room.

-- ── Markdown is kept where it differs

-- Most of what it says the text says, too. `articles.markdown` is there as before.
alter table articles drop column markdown;
alter table articles add column markdown_head integer not null default 0 /* characters of text that markdown begins with, where markdown_tail is not 0 */;
alter table articles add column markdown_tail integer not null default 0 /* character of text, from 1, from which on it ends as the text does; 0: markdown_kept is all of it */;
alter table articles add column markdown text /* text as Markdown; markdown_kept holds it where it differs from text */
    as (iif(markdown_tail = 0, iif(markdown_kept = '', text, markdown_kept),
            substr(text, 1, markdown_head) || markdown_kept || substr(text, markdown_tail)));

-- ── full-text search

-- A transaction that writes many articles brings them into the search index at its end, all at once.
--
-- FTS5 writes out what it has gathered whenever a statement begins that fires triggers. Kept by
-- triggers alone, the index gets a piece of its own for each article, and putting the pieces
-- together costs several times what indexing costs.

create table unindexed (
    -- Articles that the transaction under way has yet to add to the search index: outside of it there
    -- are none. `insert into unindexed values (0)` before many articles gathers them here, and
    -- `delete from unindexed` adds them to the index; without the two, each article is added at once.
    article_id  integer primary key               -- the article; 0: articles are gathered
) strict;

drop trigger articles_fts_insert;
drop trigger articles_fts_delete;
drop trigger articles_fts_update;
drop trigger articles_fts_cjk_insert;
drop trigger articles_fts_cjk_delete;
drop trigger articles_fts_cjk_leave;
drop trigger articles_fts_cjk_update;

create trigger articles_gather after insert on articles
when exists (select 1 from unindexed) begin
    insert into unindexed (article_id) values (new.id);
end;

-- The row 0 goes first. Articles come as they are by now; what was deleted since does not come.
create trigger unindexed_delete before delete on unindexed
when old.article_id = 0 begin
    insert into articles_fts (rowid, title, text)
    select articles.id, articles.title, articles.text
    from unindexed cross join articles on articles.id = unindexed.article_id;
    insert into articles_fts_cjk (rowid, title, text)
    select articles_segmented.id, articles_segmented.title, articles_segmented.text
    from unindexed cross join articles_segmented on articles_segmented.id = unindexed.article_id;
end;

create trigger articles_fts_insert after insert on articles
when not exists (select 1 from unindexed) begin
    insert into articles_fts (rowid, title, text) values (new.id, new.title, new.text);
end;

create trigger articles_fts_delete after delete on articles
when not exists (select 1 from unindexed where article_id = old.id) begin
    insert into articles_fts (articles_fts, rowid, title, text)
    values ('delete', old.id, old.title, old.text);
end;

create trigger articles_fts_update after update of title, text on articles
when (old.title is not new.title or old.text is not new.text)
     and not exists (select 1 from unindexed where article_id = old.id) begin
    insert into articles_fts (articles_fts, rowid, title, text)
    values ('delete', old.id, old.title, old.text);
    insert into articles_fts (rowid, title, text) values (new.id, new.title, new.text);
end;

create trigger articles_fts_cjk_insert after insert on articles
when length(cast(new.text as blob)) > 2 * length(new.text)
     and not exists (select 1 from unindexed) begin
    insert into articles_fts_cjk (rowid, title, text)
    select id, title, text from articles_segmented where id = new.id;
end;

create trigger articles_fts_cjk_delete before delete on articles
when length(cast(old.text as blob)) > 2 * length(old.text)
     and not exists (select 1 from unindexed where article_id = old.id) begin
    insert into articles_fts_cjk (articles_fts_cjk, rowid, title, text)
    select 'delete', id, title, text from articles_segmented where id = old.id;
end;

create trigger articles_fts_cjk_leave before update of title, text on articles
when length(cast(old.text as blob)) > 2 * length(old.text)
     and not exists (select 1 from unindexed where article_id = old.id) begin
    insert into articles_fts_cjk (articles_fts_cjk, rowid, title, text)
    select 'delete', id, title, text from articles_segmented where id = old.id;
end;

create trigger articles_fts_cjk_update after update of title, text on articles
when length(cast(new.text as blob)) > 2 * length(new.text)
     and not exists (select 1 from unindexed where article_id = old.id) begin
    insert into articles_fts_cjk (rowid, title, text)
    select id, title, text from articles_segmented where id = new.id;
end;

-- Pieces are put together later and more of them at a time: each article is written again two or
-- three times until there are a million, not ten times. What a transaction gathers is one piece.
insert into articles_fts (articles_fts, rank)
values ('automerge', 16), ('crisismerge', 64), ('hashsize', 16777216);
insert into articles_fts_cjk (articles_fts_cjk, rank)
values ('automerge', 16), ('crisismerge', 64), ('hashsize', 16777216);
