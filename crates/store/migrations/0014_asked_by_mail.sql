-- What is asked for by mail. The secret of a mailed link is derived from its row's id under the root key; the hash of it
-- stands here.

-- A mail address that a person says is theirs, until they confirm it by the link that was mailed to it.
CREATE TABLE address_proofs (
  user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  hash TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX address_proofs_by_expiry ON address_proofs (expires_at);

-- Recoveries by mail. The recovery link is mailed when the time is over in which it can be stopped.
CREATE TABLE mail_recoveries (
  id TEXT NOT NULL PRIMARY KEY,
  stop_hash TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE,
  email TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  sent_at BIGINT,
  expires_at BIGINT NOT NULL
);
CREATE INDEX mail_recoveries_by_expiry ON mail_recoveries (expires_at);

-- Accounts that somebody new asks for: until the mailed link is used, and, where an administrator has to say yes, until then.
CREATE TABLE registrations (
  id TEXT NOT NULL PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL UNIQUE,
  person TEXT NOT NULL,
  reason TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  waits_since BIGINT,
  expires_at BIGINT NOT NULL
);
CREATE INDEX registrations_by_expiry ON registrations (expires_at);
CREATE INDEX registrations_by_time ON registrations (waits_since);
