-- What SQLite counted while the file was small (it does so when the file is closed) made plans that read
-- every article for as long as a process ran. The questions here need no statistics: they name their
-- indexes and their order.
drop table if exists sqlite_stat1;
