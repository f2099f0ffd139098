-- The icons of apps: what was read from a file or fetched from an address, looked at, and is shown as long as the app's
-- declaration names the same source. name stands for kind and content, and is part of the address; content is base64.
CREATE TABLE app_icons (
  app TEXT NOT NULL PRIMARY KEY REFERENCES apps (name) ON DELETE CASCADE,
  made_from TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  content TEXT NOT NULL
);
CREATE INDEX app_icons_name ON app_icons (name);
