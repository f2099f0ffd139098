-- Authenticator apps of people: each holds a secret with the instance, sealed, whose codes a password wants besides.
CREATE TABLE totp_keys (
  id TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  sealed TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_used_at BIGINT,
  -- The time step of the newest code that counted: none of it or before it counts again.
  last_step BIGINT NOT NULL,
  -- A step of which it was told that a code of it came too early or too late: it does not count when its time is there.
  told_step BIGINT
);
CREATE INDEX totp_keys_by_user ON totp_keys (user_id);
