DROP TABLE bulletin_readers;
DROP TABLE bulletin_texts;
DROP TABLE bulletins;
