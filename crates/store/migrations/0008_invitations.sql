-- Invitations: addresses with which people who are new make accounts of their own. None in made_by is the command line.
CREATE TABLE invitations (
  id TEXT NOT NULL PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  label TEXT NOT NULL,
  group_names TEXT NOT NULL,
  app_name TEXT,
  email TEXT,
  places BIGINT NOT NULL,
  used BIGINT NOT NULL,
  made_by TEXT REFERENCES users (id) ON DELETE CASCADE,
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ended_at BIGINT
);
CREATE INDEX invitations_by_maker ON invitations (made_by);
CREATE INDEX invitations_by_expiry ON invitations (expires_at);
