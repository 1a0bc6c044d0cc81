-- A guest that comes every hour asks the porter once a day.

create table robots (
    -- robots.txt of the hosts whose pages were asked for.
    origin         text primary key,  -- scheme, host and port of the pages that it rules
    product        text not null,     -- what we called ourselves; what it says to others is not kept
    rules          text not null,     -- what it says to us; empty: all is allowed, or none could be had
    etag           text,              -- validators of the answer that it came in, byte for byte:
    last_modified  text,              -- sent back when it is asked for again
    validators_url text,              -- address that gave them; they are sent to no other
    asked_at       text not null,     -- when it was last asked for; believed for a day
    failing_since  text               -- since when it cannot be had: no page is fetched; null: it can
) strict;

create index robots_asked_at on robots (asked_at);
