-- A page that is looked at again is asked whether it has changed.

alter table pages add column etag text /* validators of the answer that it came in, */;
alter table pages add column last_modified text /* byte for byte: sent back when it is looked at again */;
