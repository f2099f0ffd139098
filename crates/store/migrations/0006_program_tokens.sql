-- Tokens with which programs reach apps behind forward auth as the person who owns them, and the apps that each is for.
CREATE TABLE program_tokens (
  id TEXT NOT NULL PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  label TEXT NOT NULL,
  read_only BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  last_used_at BIGINT
);
CREATE INDEX program_tokens_by_user ON program_tokens (user_id);
CREATE INDEX program_tokens_by_expiry ON program_tokens (expires_at);
CREATE TABLE program_token_apps (
  token_id TEXT NOT NULL REFERENCES program_tokens (id) ON DELETE CASCADE,
  app_name TEXT NOT NULL REFERENCES apps (name) ON DELETE CASCADE,
  PRIMARY KEY (token_id, app_name)
);
CREATE INDEX program_token_apps_by_app ON program_token_apps (app_name);
