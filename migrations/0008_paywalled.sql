-- What a paywall shows is told apart from whole articles.

alter table articles add column paywalled integer not null default 0 /* 1: only the part that its paywall shows */
    check (paywalled in (0, 1));
