-- Codes that people keep on paper, each good once for a new passkey. Those of one account were made together, and go
-- together when it makes others. What was used stays, so that a second use is seen.
CREATE TABLE recovery_codes (
  hash TEXT NOT NULL PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  made_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX recovery_codes_by_user ON recovery_codes (user_id);
